#!/bin/bash

__gx_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__gx_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__gx_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__gx_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_gx() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--quiet --version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    init|status|promote|rollback|verify|trace|leadtime|fleet|secrets|hook|demo|help)
        # Offer subcommand argument completions
        "_gx_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'init status promote rollback verify trace leadtime fleet secrets hook demo help' -- "${cur}"))
        ;;
    esac
}

_gx_init() {
    repeating_flags=()
    non_repeating_flags=(--quiet --hooks --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __gx_add_completions -W 'pre-commit'$'\n''commit-msg'$'\n''pre-push'$'\n''pre-receive'$'\n''update'$'\n''post-receive'
        return
        ;;
    esac
}

_gx_status() {
    repeating_flags=()
    non_repeating_flags=(--issues --gates --live --explain --quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--app -o --out -C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion status -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''html'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __gx_add_completions -W "$(__gx_custom_complete ---completion status -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_promote() {
    repeating_flags=()
    non_repeating_flags=(--quiet --all --version-only --create --allow-downgrade --atomic --wave --verify --rollback-on-failure --auto --dry-run --yes --pr --auto-merge --supersede --no-push --version -h --help)
    repeating_options=(--to --from --image --chart --ref --with --approve --lock --unlock --override)
    non_repeating_options=(-C --config --color -o --out --until --reason)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '--to')
        __gx_add_completions -W "$(__gx_custom_complete ---completion promote -- --to "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--from')
        __gx_add_completions -W "$(__gx_custom_complete ---completion promote -- --from "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--image')
        return
        ;;
    '--chart')
        return
        ;;
    '--ref')
        return
        ;;
    '--with')
        return
        ;;
    '--approve')
        __gx_add_completions -W "$(__gx_custom_complete ---completion promote -- --approve "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--lock')
        return
        ;;
    '--until')
        return
        ;;
    '--unlock')
        return
        ;;
    '--override')
        __gx_add_completions -W 'lock'$'\n''window'$'\n''verified'$'\n''soak'$'\n''every'$'\n''approvals'$'\n''checks'
        return
        ;;
    '--reason')
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __gx_add_completions -W "$(__gx_custom_complete ---completion promote -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_rollback() {
    repeating_flags=()
    non_repeating_flags=(--quiet --all --with-config --version-only --no-hold --holds --dry-run --yes --pr --auto-merge --supersede --no-push --version -h --help)
    repeating_options=(--image --unhold --reject)
    non_repeating_options=(-C --config --color -o --out --in --to --before --reason)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '--in')
        __gx_add_completions -W "$(__gx_custom_complete ---completion rollback -- --in "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--to')
        return
        ;;
    '--before')
        return
        ;;
    '--image')
        return
        ;;
    '--reason')
        return
        ;;
    '--unhold')
        __gx_add_completions -W "$(__gx_custom_complete ---completion rollback -- --unhold "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--reject')
        __gx_add_completions -W "$(__gx_custom_complete ---completion rollback -- --reject "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __gx_add_completions -W "$(__gx_custom_complete ---completion rollback -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_verify() {
    repeating_flags=()
    non_repeating_flags=(--rollback-on-failure --quiet --version -h --help)
    repeating_options=(--app)
    non_repeating_options=(--timeout -o --out -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion verify -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--timeout')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''junit'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion verify -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_trace() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    where|log|diff|release|explain|bisect|receipt|record|sync|export)
        # Offer subcommand argument completions
        "_gx_trace_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'where log diff release explain bisect receipt record sync export' -- "${cur}"))
        ;;
    esac
}

_gx_trace_where() {
    repeating_flags=()
    non_repeating_flags=(--workloads --no-pager --quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--in --cleared --before --wait --since --until -o --out -C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--in')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace where -- --in "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--cleared')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace where -- --cleared "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--before')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace where -- --before "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--wait')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''mermaid'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_log() {
    repeating_flags=()
    non_repeating_flags=(--unexplained --issues --no-pager --quiet --version -h --help)
    repeating_options=(--without)
    non_repeating_options=(--in --app --kind --author --since --until -n --format -o --out -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--in')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace log -- --in "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace log -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--kind')
        __gx_add_completions -W 'version'$'\n''all'$'\n''initial'$'\n''forward'$'\n''promotion'$'\n''rollback'$'\n''race'$'\n''repair'$'\n''configuration'$'\n''addition'$'\n''removal'
        return
        ;;
    '--author')
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--without')
        __gx_add_completions -W 'issue'$'\n''record'$'\n''outcome'
        return
        ;;
    '-n')
        return
        ;;
    '--format')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''mermaid'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_diff() {
    repeating_flags=()
    non_repeating_flags=(--issues --configuration --no-pager --quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--app -o --out -C --config --color)
    __gx_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace diff -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''mermaid'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace diff -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace diff -- positional@1 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_trace_release() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--app -o --out -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace release -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_explain() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-o -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-o')
        __gx_add_completions -W 'table'$'\n''json'
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_bisect() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--good --bad --app -o --out -C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--good')
        return
        ;;
    '--bad')
        return
        ;;
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace bisect -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace bisect -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_trace_receipt() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--key --verify --signers --out -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--key')
        __gx_add_completions -f
        return
        ;;
    '--verify')
        __gx_add_completions -f
        return
        ;;
    '--signers')
        __gx_add_completions -f
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_record() {
    repeating_flags=()
    non_repeating_flags=(--push --quiet --version -h --help)
    repeating_options=(--issue --pr --check)
    non_repeating_options=(--image --digest --source --commit --previous --pipeline --env --app --outcome --at --reason --title --url --kind --status --introduced --issues -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--image')
        return
        ;;
    '--digest')
        return
        ;;
    '--source')
        __gx_add_completions -d
        return
        ;;
    '--commit')
        return
        ;;
    '--previous')
        return
        ;;
    '--issue')
        return
        ;;
    '--pr')
        return
        ;;
    '--pipeline')
        return
        ;;
    '--check')
        return
        ;;
    '--env')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace record -- --env "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion trace record -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--outcome')
        __gx_add_completions -W 'succeeded'$'\n''failed'$'\n''rolled back'$'\n''superseded'$'\n''unknown'
        return
        ;;
    '--at')
        return
        ;;
    '--reason')
        return
        ;;
    '--title')
        return
        ;;
    '--url')
        return
        ;;
    '--kind')
        __gx_add_completions -W 'feature'$'\n''bug'
        return
        ;;
    '--status')
        return
        ;;
    '--introduced')
        return
        ;;
    '--issues')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_sync() {
    repeating_flags=()
    non_repeating_flags=(--unshallow --host --quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--remote -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--remote')
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_trace_export() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_leadtime() {
    repeating_flags=()
    non_repeating_flags=(--strict --quiet --version -h --help)
    repeating_options=(--fail-if)
    non_repeating_options=(--to --from --app --since --until --issue --by --business-hours --time-zone -o --out -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--to')
        __gx_add_completions -W "$(__gx_custom_complete ---completion leadtime -- --to "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--from')
        __gx_add_completions -W "$(__gx_custom_complete ---completion leadtime -- --from "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--app')
        __gx_add_completions -W "$(__gx_custom_complete ---completion leadtime -- --app "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--issue')
        return
        ;;
    '--by')
        __gx_add_completions -W 'week'$'\n''month'$'\n''app'$'\n''env'$'\n''team'
        return
        ;;
    '--business-hours')
        return
        ;;
    '--time-zone')
        return
        ;;
    '--fail-if')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''svg'$'\n''html'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_fleet() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    change|status|merge|close)
        # Offer subcommand argument completions
        "_gx_fleet_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'change status merge close' -- "${cur}"))
        ;;
    esac
}

_gx_fleet_change() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --yes --quiet --version -h --help)
    repeating_options=(--set --label --image)
    non_repeating_options=(--branch --message -m --limit --sleep -o --out -C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--branch')
        return
        ;;
    '--message'|'-m')
        return
        ;;
    '--set')
        return
        ;;
    '--label')
        return
        ;;
    '--image')
        return
        ;;
    '--limit')
        return
        ;;
    '--sleep')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_fleet_status() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--branch -o --out -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--branch')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_fleet_merge() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--branch --limit --sleep -o --out -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--branch')
        return
        ;;
    '--limit')
        return
        ;;
    '--sleep')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_fleet_close() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--branch --limit --sleep -o --out -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--branch')
        return
        ;;
    '--limit')
        return
        ;;
    '--sleep')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_secrets() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    keygen|set|get|edit|view|encrypt|decrypt|list|readers|rotate|copy|diff|check|apply|exec|install|resolve)
        # Offer subcommand argument completions
        "_gx_secrets_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'keygen set get edit view encrypt decrypt list readers rotate copy diff check apply exec install resolve' -- "${cur}"))
        ;;
    esac
}

_gx_secrets_keygen() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-o --out -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-o'|'--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_secrets_set() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(--from --name -C --config --color)
    __gx_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--from')
        __gx_add_completions -f
        return
        ;;
    '--name')
        return
        ;;
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets set -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_get() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(--name -C --config --color)
    __gx_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--name')
        return
        ;;
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets get -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_edit() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets edit -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_view() {
    repeating_flags=()
    non_repeating_flags=(--reveal --quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets view -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_encrypt() {
    repeating_flags=()
    non_repeating_flags=(--age -a --armor --quiet --version -h --help)
    repeating_options=(-r --recipient -R --recipients-file)
    non_repeating_options=(--passphrase-file -o --out -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-r'|'--recipient')
        return
        ;;
    '-R'|'--recipients-file')
        __gx_add_completions -f
        return
        ;;
    '--passphrase-file')
        __gx_add_completions -f
        return
        ;;
    '-o'|'--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -f
        return
        ;;
    esac
}

_gx_secrets_decrypt() {
    repeating_flags=()
    non_repeating_flags=(--age --quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(--passphrase-file -o --out -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '--passphrase-file')
        __gx_add_completions -f
        return
        ;;
    '-o'|'--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -f
        return
        ;;
    esac
}

_gx_secrets_list() {
    repeating_flags=()
    non_repeating_flags=(--missing --stale --quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(-o --out -C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets list -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_readers() {
    repeating_flags=()
    non_repeating_flags=(--past --split --quiet --version -h --help)
    repeating_options=(--in -i --identity)
    non_repeating_options=(--name -o --out -C --config --color)
    __gx_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--name')
        return
        ;;
    '--in')
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets readers -- --in "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W 'add'$'\n''remove'
        return
        ;;
    esac
}

_gx_secrets_rotate() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets rotate -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_copy() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(--from --to --name -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--from')
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets copy -- --from "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--to')
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets copy -- --to "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--name')
        return
        ;;
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_secrets_diff() {
    repeating_flags=()
    non_repeating_flags=(--reveal --quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -f
        return
        ;;
    esac
}

_gx_secrets_check() {
    repeating_flags=()
    non_repeating_flags=(--staged --stdin --quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(--range -o --out -C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--range')
        return
        ;;
    '-o')
        __gx_add_completions -W 'table'$'\n''json'$'\n''csv'$'\n''markdown'$'\n''junit'
        return
        ;;
    '--out')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_secrets_apply() {
    repeating_flags=()
    non_repeating_flags=(--any-cluster --quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(--context -n --namespace --as-secret -C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--context')
        return
        ;;
    '-n'|'--namespace')
        return
        ;;
    '--as-secret')
        return
        ;;
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets apply -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_exec() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=(--as-file --with -i --identity)
    non_repeating_options=(--name -C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--as-file')
        return
        ;;
    '--with')
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets exec -- --with "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    '--name')
        return
        ;;
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W "$(__gx_custom_complete ---completion secrets exec -- positional@0 "${COMP_CWORD}" "$(__gx_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_gx_secrets_install() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_gx_secrets_resolve() {
    repeating_flags=()
    non_repeating_flags=(--ours --theirs --value --quiet --version -h --help)
    repeating_options=(-i --identity)
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '-i'|'--identity')
        __gx_add_completions -f
        return
        ;;
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -f
        return
        ;;
    esac
}

_gx_hook() {
    repeating_flags=()
    non_repeating_flags=(--quiet --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -W 'pre-commit'$'\n''commit-msg'$'\n''pre-push'$'\n''pre-receive'$'\n''update'$'\n''post-receive'
        return
        ;;
    esac
}

_gx_demo() {
    repeating_flags=()
    non_repeating_flags=(--quiet --no-tour --version -h --help)
    repeating_options=()
    non_repeating_options=(-C --config --color)
    __gx_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-C')
        __gx_add_completions -d
        return
        ;;
    '--config')
        __gx_add_completions -o plusdirs -fX '!*.@(yaml|yml)'
        return
        ;;
    '--color')
        __gx_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __gx_add_completions -d
        return
        ;;
    esac
}

_gx_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __gx_offer_flags_options -1
}

complete -o filenames -F _gx gx
