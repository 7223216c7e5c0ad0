import Git
import Testing

/// The completion scripts are what the program writes itself; `GX_UPDATE_TRANSCRIPTS=1` renews them.
@Suite struct CompletionTests {
    enum Shell: String, CaseIterable {
        case bash, zsh, fish

        var script: String {
            switch self {
            case .bash: "completions/gx.bash"
            case .zsh: "completions/_gx"
            case .fish: "completions/gx.fish"
            }
        }
    }

    @Test(arguments: Shell.allCases)
    func scriptsAreUpToDate(_ shell: Shell) throws {
        let script = try Subprocess(
            Project.gx, ["--generate-completion-script", shell.rawValue], purpose: "complete commands"
        ).run().text
        if Project.isUpdating { try Project.write(shell.script, script) }
        #expect(
            try Project.read(shell.script) == script,
            "\(shell.script) is out of date: run GX_UPDATE_TRANSCRIPTS=1 swift test --filter CompletionTests")
    }

    @Test(arguments: Shell.allCases)
    func scriptsKnowEveryOption(_ shell: Shell) throws {
        let script = try Project.read(shell.script)
        for option in try CommandTree.gx().allOptions {
            let word =
                switch shell {
                case .bash, .zsh: option
                case .fish:
                    option.hasPrefix("--") ? "-l '\(option.dropFirst(2))'" : "-s '\(option.dropFirst())'"
                }
            #expect(script.contains(word), "\(shell.script) lacks \(option)")
        }
    }

    /// What a shell offers for the last word of a command line, as its user would see it.
    @Test(arguments: Shell.allCases.filter { Project.canRun($0.rawValue) })
    func shellsOfferOptions(_ shell: Shell) throws {
        #expect(try offers(shell, "gx", "--qu").contains("--quiet"))
        #expect(try !offers(shell, "gx", "--qu").contains("--color"))
    }

    private func offers(_ shell: Shell, _ words: String...) throws -> String {
        let sandbox = try Sandbox(gx: Project.gx)
        let arguments = [shell.conversation, Project.path(shell.script), words.joined(separator: " ")]
        let answer = try sandbox.run(shell.rawValue, shell.options + arguments + words)
        return answer.text
    }
}

extension CompletionTests.Shell {
    fileprivate var options: [String] {
        switch self {
        case .bash: ["--norc", "-c"]
        case .zsh: ["-f", "-c"]
        case .fish: ["--no-config", "-c"]
        }
    }

    /// A script that completes a command line. It gets the completion script, the line, and its words.
    fileprivate var conversation: String {
        switch self {
        case .bash:
            return #"""
                source "$0"; COMP_LINE=$1 COMP_POINT=${#1}; shift
                COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
                _gx "$1" "${!#}" "${@: -2:1}"
                printf '%s\n' "${COMPREPLY[@]}"
                """#
        case .zsh:
            // Only an interactive zsh completes: one is run in a terminal of its own, and Tab is typed.
            return #"""
                zmodload zsh/zpty
                zpty -b shell zsh -f -i
                zpty -w shell "fpath=(${0:h} \$fpath); autoload -Uz compinit; compinit -u -D; print READY"
                zpty -r shell text '*READY'$'\r\n'
                zpty -w -n shell "$1"$'\t'
                integer quiet=0
                while (( quiet < 25 )); do
                    if zpty -r -t shell text; then print -rn -- $text; quiet=0; else sleep 0.02; quiet+=1; fi
                done
                """#
        case .fish:
            return "source $argv[1]; complete -C $argv[2]"
        }
    }
}
