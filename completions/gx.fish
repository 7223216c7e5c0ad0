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
            __gx_parse_subcommand -r 1 'app=' 'o=' 'out=' 'C=' 'config=' 'color=' 'quiet' 'version' 'h/help'
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
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" o' -s 'o' -d 'The format of the answer.' -rfka 'table json csv markdown'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" out' -l 'out' -d 'Write the answer to this file.' -rF
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" C' -s 'C' -d 'Run as if gx was started in this folder.' -rfa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" config' -l 'config' -d 'Read this file instead of gx.yaml.' -rfa '(set -l exts \'yaml\' \'yml\';for p in (string match -e -- \'*/\' (commandline -t);or printf \n)*.{$exts};printf %s\n $p;end;__fish_complete_directories (commandline -t) \'\')'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" color' -l 'color' -d 'When to use colour.' -rfka 'auto always never'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" quiet' -l 'quiet' -d 'Say nothing but the answer and errors.'
complete -c 'gx' -n '__gx_should_offer_completions_for_positional "gx demo" -eq 1' -fa '(__gx_complete_directories)'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" no-tour' -l 'no-tour' -d 'Only make the repository, and run no commands.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" version' -l 'version' -d 'Show the version.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx demo" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'gx' -n '__gx_should_offer_completions_for_flags_or_options "gx help" version' -l 'version' -d 'Show the version.'
