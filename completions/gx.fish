function __gx_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __gx_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __gx_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __gx_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __gx_parse_tokens -S
    set -l unparsed_tokens (__gx_tokens -pc)
    switch $unparsed_tokens[1]
    case 'gx'
        __gx_parse_subcommand 0 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'init'
            __gx_parse_subcommand 0 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
        case 'status'
            __gx_parse_subcommand -r 1 'app=' 'issues' 'live' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
        case 'promote'
            __gx_parse_subcommand -r 1 'C=' 'config=' 'color=' 'quiet' 'o=' 'out=' 'all' 'to=' 'from=' 'image=+' 'chart=+' 'with=+' 'version-only' 'create' 'wave' 'verify' 'rollback-on-failure' 'dry-run' 'yes' 'pr' 'auto-merge' 'supersede' 'no-push' 'version' 'h/help'
        case 'rollback'
            __gx_parse_subcommand -r 1 'C=' 'config=' 'color=' 'quiet' 'o=' 'out=' 'all' 'in=' 'to=' 'before=' 'with-config' 'reason=' 'no-hold' 'holds' 'unhold=' 'reject=+' 'dry-run' 'yes' 'pr' 'auto-merge' 'supersede' 'no-push' 'version' 'h/help'
        case 'verify'
            __gx_parse_subcommand 1 'app=+' 'rollback-on-failure' 'timeout=' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
        case 'trace'
            __gx_parse_subcommand 0 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'where'
                __gx_parse_subcommand -r 1 'in=' 'cleared=' 'before=' 'wait=' 'workloads' 'since=' 'until=' 'o=' 'out=' 'no-pager' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'log'
                __gx_parse_subcommand 1 'in=' 'app=' 'kind=' 'author=' 'since=' 'until=' 'unexplained' 'without=+' 'n=' 'issues' 'format=' 'o=' 'out=' 'no-pager' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'diff'
                __gx_parse_subcommand 2 'app=' 'issues' 'configuration' 'o=' 'out=' 'no-pager' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'release'
                __gx_parse_subcommand 1 'app=' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'explain'
                __gx_parse_subcommand 1 'o=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'record'
                __gx_parse_subcommand 0 'image=' 'digest=' 'source=' 'commit=' 'previous=' 'issue=+' 'pr=+' 'pipeline=' 'check=+' 'env=' 'app=' 'outcome=' 'at=' 'reason=' 'title=' 'url=' 'kind=' 'status=' 'introduced=' 'issues=' 'push' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'sync'
                __gx_parse_subcommand 0 'remote=' 'unshallow' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'export'
                __gx_parse_subcommand 0 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            end
        case 'leadtime'
            __gx_parse_subcommand 0 'to=' 'from=' 'app=' 'since=' 'until=' 'issue=' 'by=' 'strict' 'business-hours=' 'time-zone=' 'fail-if=+' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
        case 'secrets'
            __gx_parse_subcommand 0 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'keygen'
                __gx_parse_subcommand 0 'o/out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'set'
                __gx_parse_subcommand 2 'from=' 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'get'
                __gx_parse_subcommand 2 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'edit'
                __gx_parse_subcommand 1 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'view'
                __gx_parse_subcommand 1 'reveal' 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'encrypt'
                __gx_parse_subcommand 1 'age' 'r/recipient=+' 'R/recipients-file=+' 'a/armor' 'passphrase-file=' 'o/out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'decrypt'
                __gx_parse_subcommand 1 'age' 'i/identity=+' 'passphrase-file=' 'o/out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'list'
                __gx_parse_subcommand -r 1 'missing' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'readers'
                __gx_parse_subcommand 2 'past' 'name=' 'in=+' 'i/identity=+' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'rotate'
                __gx_parse_subcommand -r 1 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'copy'
                __gx_parse_subcommand 1 'from=' 'to=' 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'diff'
                __gx_parse_subcommand 1 'reveal' 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'check'
                __gx_parse_subcommand 0 'staged' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'apply'
                __gx_parse_subcommand 1 'context=' 'n/namespace=' 'as-secret=' 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'exec'
                __gx_parse_subcommand -r 2 'as-file=' 'i/identity=+' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            case 'install'
                __gx_parse_subcommand 0 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
            end
        case 'demo'
            __gx_parse_subcommand 1 'C=' 'config=' 'color=' 'quiet' 'no-tour' 'version' 'h/help'
        case 'help'
            __gx_parse_subcommand -r 1 'version'
        end
    end
end

function __gx_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __gx_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __gx_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __gx_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__gx_tokens -p)
    if test -z "$(__gx_tokens -t)"
        set -l index (count (__gx_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'gx' -f
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'init' -d 'Write down what gx found, and fetch notes along.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'status' -d 'Show which version of each app runs where.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'promote' -d 'Give an environment the versions that another one has.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'rollback' -d 'Give an environment what it had before, and keep what it leaves out.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'verify' -d 'See a deployment through: wait until the cluster runs it, and judge it.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'trace' -d 'Answer what was deployed where, when, and by whom.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'leadtime' -d 'Measure how quickly and how well changes are delivered.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'secrets' -d 'Keep secrets in Git, encrypted for their readers by age, in the format of SOPS.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'demo' -d 'Make a sample repository with history, and show gx on it.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx init" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx init" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx init" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx init" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx init" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx init" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx status" -ge 1' -fka '(__gx_custom_completion ---completion status -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" app' -l 'app' -d 'Only this app, with every place that pins it.' -rfka '(__gx_custom_completion ---completion status -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" issues' -l 'issues' -d 'Show the issues that wait before each environment.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" live' -l 'live' -d 'Ask the clusters, too, whether they run it.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown html'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx promote" -ge 1' -fka '(__gx_custom_completion ---completion promote -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" all' -l 'all' -d 'Promote all apps.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" to' -l 'to' -d 'The environment or group to promote to.' -rfka '(__gx_custom_completion ---completion promote -- --to (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" from' -l 'from' -d 'The environment to take the versions from, or what it was: qa~1, \'qa@{yesterday}\'.' -rfka '(__gx_custom_completion ---completion promote -- --from (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote"' -l 'image' -d 'A new version of an image: NAME=TAG, or NAME=REFERENCE.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote"' -l 'chart' -d 'A new version of a chart.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote"' -l 'with' -d 'A file of configuration that moves along, relative to the environment.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" version-only' -l 'version-only' -d 'Leave configuration where it is, whatever gx.yaml lets move.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" create' -l 'create' -d 'Write a version of its own where the environment inherits one.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" wave' -l 'wave' -d 'Promote a group one environment after the other, a commit for each.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" verify' -l 'verify' -d 'Wait until the cluster runs it, and judge it, as gx verify does.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" rollback-on-failure' -l 'rollback-on-failure' -d 'Go back to the last version that succeeded there where the verification fails.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" dry-run' -l 'dry-run' -d 'Show the plan and the patch, and write nothing.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" yes' -l 'yes' -d 'Do not ask before anything is pushed.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" pr' -l 'pr' -d 'Push a branch of its own, and open a pull request.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" auto-merge' -l 'auto-merge' -d 'Let the host merge the pull request once its checks pass.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" supersede' -l 'supersede' -d 'Take the place of an open promotion of another version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" no-push' -l 'no-push' -d 'Commit on the local branch only.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx promote" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx rollback" -ge 1' -fka '(__gx_custom_completion ---completion rollback -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" all' -l 'all' -d 'Roll back all apps, to a state that the environment had.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" in' -l 'in' -d 'The environment or group to roll back.' -rfka '(__gx_custom_completion ---completion rollback -- --in (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" to' -l 'to' -d 'What to go back to: a version, a commit, ~3, @{last friday}, or an issue when it was shipped.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" before' -l 'before' -d 'Go back to just before this issue, or pr:432, was shipped there.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" with-config' -l 'with-config' -d 'Bring configuration back, too: what `promote:` names, else the app\'s own files.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" reason' -l 'reason' -d 'Why: it stands in the commit, and with the hold.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" no-hold' -l 'no-hold' -d 'Do not hold the versions that are left.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" holds' -l 'holds' -d 'List the versions that are held.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" unhold' -l 'unhold' -d 'Lift the holds on an app, and let bots go on.' -rfka '(__gx_custom_completion ---completion rollback -- --unhold (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback"' -l 'reject' -d 'Hold a version everywhere, before it gets there.' -rfka '(__gx_custom_completion ---completion rollback -- --reject (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" dry-run' -l 'dry-run' -d 'Show the plan and the patch, and write nothing.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" yes' -l 'yes' -d 'Do not ask before anything is pushed.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" pr' -l 'pr' -d 'Push a branch of its own, and open a pull request.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" auto-merge' -l 'auto-merge' -d 'Let the host merge the pull request once its checks pass.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" supersede' -l 'supersede' -d 'Take the place of an open promotion of another version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" no-push' -l 'no-push' -d 'Commit on the local branch only.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx rollback" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx verify" -eq 1' -fka '(__gx_custom_completion ---completion verify -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify"' -l 'app' -d 'Only this app, also where its deployment is known to be good.' -rfka '(__gx_custom_completion ---completion verify -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" rollback-on-failure' -l 'rollback-on-failure' -d 'Go back to the last version that succeeded there where a deployment fails.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" timeout' -l 'timeout' -d 'How long all of it may take: 90s, 10m, 2h.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx verify" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'where' -d 'Show where an issue, a pull request, a commit, a version or an app is.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'log' -d 'Show deployments, newest first.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'diff' -d 'Compare what two environments run, or what one ran at two moments.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'release' -d 'Show what is in a version, commit by commit and issue by issue.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'explain' -d 'Say how what gx says of a deployment is known.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'record' -d 'Record a build, how a deployment ended, or issues.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'sync' -d 'Fetch and push records; get history that is missing.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace" -eq 1' -fa 'export' -d 'Write all deployments as CDEvents, one a line, oldest first.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" in' -l 'in' -d 'Ask whether it is in this environment or group now: exit with 0 for yes, 1 for no.' -rfka '(__gx_custom_completion ---completion trace where -- --in (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" cleared' -l 'cleared' -d 'Ask whether it has gone on from this environment or group to what comes after.' -rfka '(__gx_custom_completion ---completion trace where -- --cleared (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" before' -l 'before' -d 'With --in, tell how long it was there before it came to this environment or group.' -rfka '(__gx_custom_completion ---completion trace where -- --before (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" wait' -l 'wait' -d 'With --in or --cleared, fetch and ask again until the answer is yes, for so long: 90s, 10m, 2h.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" workloads' -l 'workloads' -d 'Show the workloads that run it, and the Services in front of them.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" since' -l 'since' -d 'Only since this moment, in any form that git takes.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" until' -l 'until' -d 'Only before this moment.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown mermaid'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" no-pager' -l 'no-pager' -d 'Write to the terminal without a pager.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace where" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" in' -l 'in' -d 'Only in this environment or group.' -rfka '(__gx_custom_completion ---completion trace log -- --in (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" app' -l 'app' -d 'Only of this app.' -rfka '(__gx_custom_completion ---completion trace log -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" kind' -l 'kind' -d 'Only of this kind; \'version\' is any that changes one. By default configuration is left out.' -rfka 'version all initial forward promotion rollback race repair configuration addition removal'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" author' -l 'author' -d 'Only by authors whose name or address contains this.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" since' -l 'since' -d 'Only since this moment, in any form that git takes.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" until' -l 'until' -d 'Only before this moment.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" unexplained' -l 'unexplained' -d 'Only those that nobody can explain: without an issue, a record and an outcome.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log"' -l 'without' -d 'Only those that lack this: issue, record or outcome; and what else of it they lack.' -rfka 'issue record outcome'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" n' -s 'n' -d 'At most so many rows.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" issues' -l 'issues' -d 'Show the issues that came, with whatever brought them.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" format' -l 'format' -d 'A line of one\'s own for each, such as \'{time} {app} {to}\'.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown mermaid'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" no-pager' -l 'no-pager' -d 'Write to the terminal without a pager.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace log" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace diff" -eq 1' -fka '(__gx_custom_completion ---completion trace diff -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx trace diff" -eq 2' -fka '(__gx_custom_completion ---completion trace diff -- positional@1 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" app' -l 'app' -d 'Only this app.' -rfka '(__gx_custom_completion ---completion trace diff -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" issues' -l 'issues' -d 'Show the issues that the first has and the other does not have yet.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" configuration' -l 'configuration' -d 'Show configuration too: not replicas, resources, and what is an environment\'s own.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown mermaid'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" no-pager' -l 'no-pager' -d 'Write to the terminal without a pager.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace diff" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" app' -l 'app' -d 'The app, where several run the version.' -rfka '(__gx_custom_completion ---completion trace release -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace release" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" o' -s 'o' -d 'The format of the answer: table or json.' -rfka 'table json'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace explain" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" image' -l 'image' -d 'The image that was built, with its tag.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" digest' -l 'digest' -d 'The image\'s digest.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" source' -l 'source' -d 'The repository that it was built from.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" commit' -l 'commit' -d 'The commit that was built, or that deployed; by default what is checked out.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" previous' -l 'previous' -d 'The release before: a commit or tag of the source.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record"' -l 'issue' -d 'An issue that the build contains, or that is recorded.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record"' -l 'pr' -d 'A pull request that the build contains.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" pipeline' -l 'pipeline' -d 'The pipeline\'s number or address.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record"' -l 'check' -d 'The result of a test or a scan: NAME=RESULT[,URL], RESULT is passed, failed or unknown.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" env' -l 'env' -d 'The environment that was deployed to.' -rfka '(__gx_custom_completion ---completion trace record -- --env (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" app' -l 'app' -d 'The app; by default all that the commit deployed.' -rfka '(__gx_custom_completion ---completion trace record -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" outcome' -l 'outcome' -d 'How the deployment ended.' -rfka 'succeeded failed rolled back superseded unknown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" at' -l 'at' -d 'When it was live, in any form that git takes.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" reason' -l 'reason' -d 'Why it ended so.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" title' -l 'title' -d 'The issue\'s title.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" url' -l 'url' -d 'The issue\'s address.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" kind' -l 'kind' -d 'Whether the issue is a feature or a bug.' -rfka 'feature bug'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" status' -l 'status' -d 'The issue\'s status, as the tracker calls it.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" introduced' -l 'introduced' -d 'The version or commit that brought a bug in.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" issues' -l 'issues' -d 'Record the issues of this file, JSON objects, one a line; \'-\' is standard input.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" push' -l 'push' -d 'Push the records, as \'gx trace sync\' does.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace record" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" remote' -l 'remote' -d 'The remote; by default the one that is pushed to.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" unshallow' -l 'unshallow' -d 'Get the history that shallow clones lack, without files where the host can do so.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace sync" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace export" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace export" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace export" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace export" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace export" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx trace export" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" to' -l 'to' -d 'The environment or group to measure; by default where the way of each app ends.' -rfka '(__gx_custom_completion ---completion leadtime -- --to (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" from' -l 'from' -d 'Where dwell begins; by default in the first environment on the way.' -rfka '(__gx_custom_completion ---completion leadtime -- --from (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" app' -l 'app' -d 'Only this app.' -rfka '(__gx_custom_completion ---completion leadtime -- --app (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" since' -l 'since' -d 'Since this moment; by default 90 days.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" until' -l 'until' -d 'Until this moment; by default now.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" issue' -l 'issue' -d 'Show the way of one issue instead.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" by' -l 'by' -d 'Show a line for each.' -rfka 'week month app env team'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" strict' -l 'strict' -d 'Count rollbacks only where they are declared.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" business-hours' -l 'business-hours' -d 'Count only these hours, as in \'9-17\' or \'mon-fri 8:30-17:00\'.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" time-zone' -l 'time-zone' -d 'The time zone of days and hours, as in \'Europe/Berlin\'.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime"' -l 'fail-if' -d 'Exit with 1 where a metric is beyond a bound, as in \'p90 > 5d\'; may be repeated.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown svg html'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx leadtime" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'keygen' -d 'Make a new secret key.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'set' -d 'Set one value: typed without being shown, from standard input, or from a file.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'get' -d 'Print one value.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'edit' -d 'Edit an encrypted file in your editor.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'view' -d 'Show an encrypted file; on a terminal without its values, unless --reveal.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'encrypt' -d 'Encrypt a file.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'decrypt' -d 'Decrypt a file to standard output.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'list' -d 'Show which keys are set in which environment.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'readers' -d 'Show who can read what; add and remove readers.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'rotate' -d 'Give files a new data key, for exactly the readers that .sops.yaml lists.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'copy' -d 'Copy a value from one environment to another, without showing it.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'diff' -d 'Show an encrypted file so that `git diff` can compare it.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'check' -d 'Look for secrets in the clear, and files that are not encrypted as .sops.yaml says.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'apply' -d 'Write an environment\'s Secrets for Kubernetes, or apply them to its cluster.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'exec' -d 'Run a command with an environment\'s secrets as variables, or as a file.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets" -eq 1' -fa 'install' -d 'Set this clone up: diff and merge drivers for encrypted files, and the pre-commit hook.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" o out' -s 'o' -l 'out' -d 'Write the key to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets keygen" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" from' -l 'from' -d 'Take the value from this file, as it is.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets set" -eq 1' -fka '(__gx_custom_completion ---completion secrets set -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets set" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets get" -eq 1' -fka '(__gx_custom_completion ---completion secrets get -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets get" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets edit" -eq 1' -fka '(__gx_custom_completion ---completion secrets edit -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets edit" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" reveal' -l 'reveal' -d 'Show the values on a terminal too.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets view" -eq 1' -fka '(__gx_custom_completion ---completion secrets view -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets view" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" age' -l 'age' -d 'Write the age format, for a file or stream of any size.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt"' -s 'r' -l 'recipient' -d 'Encrypt for this recipient (age1… or an SSH public key).' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt"' -s 'R' -l 'recipients-file' -d 'Encrypt for the recipients of this file, one a line.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" a armor' -s 'a' -l 'armor' -d 'With --age: write text instead of bytes.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" passphrase-file' -l 'passphrase-file' -d 'With --age: encrypt with the passphrase that this file holds.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" o out' -s 'o' -l 'out' -d 'Write to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets encrypt" -eq 1' -F
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets encrypt" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" age' -l 'age' -d 'Read the age format, for a file or stream of any size.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" passphrase-file' -l 'passphrase-file' -d 'With --age: decrypt with the passphrase that this file holds.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" o out' -s 'o' -l 'out' -d 'Write to this file, which only you can read.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets decrypt" -eq 1' -F
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets decrypt" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" missing' -l 'missing' -d 'Only keys that are missing somewhere; exit status 1 if there are any.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets list" -ge 1' -fka '(__gx_custom_completion ---completion secrets list -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" past' -l 'past' -d 'Also show who could in the past.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" name' -l 'name' -d 'With `add`: what to call the reader.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers"' -l 'in' -d 'Only in the rules that hold for this file or environment.' -rfka '(__gx_custom_completion ---completion secrets readers -- --in (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets readers" -eq 1' -fka 'add remove'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets readers" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets rotate" -ge 1' -fka '(__gx_custom_completion ---completion secrets rotate -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets rotate" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" from' -l 'from' -d 'The environment (or file) that has it.' -rfka '(__gx_custom_completion ---completion secrets copy -- --from (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" to' -l 'to' -d 'The environment (or file) that gets it.' -rfka '(__gx_custom_completion ---completion secrets copy -- --to (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets copy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" reveal' -l 'reveal' -d 'Show the values themselves.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets diff" -eq 1' -F
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets diff" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" staged' -l 'staged' -d 'Only what is staged.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" context' -l 'context' -d 'Apply to the cluster of this kubectl context.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" n namespace' -s 'n' -l 'namespace' -d 'The namespace; the manifest\'s own must agree.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" as-secret' -l 'as-secret' -d 'Make a Secret of this name of files that are none.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets apply" -eq 1' -fka '(__gx_custom_completion ---completion secrets apply -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets apply" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" as-file' -l 'as-file' -d 'Give the whole file instead, named by this variable.' -rfka ''
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec"' -s 'i' -l 'identity' -d 'Decrypt with the keys of this file, instead of those that sops would find.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx secrets exec" -eq 1' -fka '(__gx_custom_completion ---completion secrets exec -- positional@0 (count (__gx_tokens -pc)) (__gx_tokens -tC))'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets exec" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets install" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets install" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets install" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets install" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets install" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx secrets install" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx demo" -eq 1' -fa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" no-tour' -l 'no-tour' -d 'Only make the repository, and run no commands.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx help" version' -l 'version' -d 'Show the version.'
