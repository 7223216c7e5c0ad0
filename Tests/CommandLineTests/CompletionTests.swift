import Git
import System
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
            let isKnown = script.contains(word)
            #expect(isKnown, "\(shell.script) lacks \(option)")
        }
    }

    /// What the help calls `<env>` or `<app>` is offered by name, wherever gx is told to run.
    @Test func environmentsAndAppsAreOffered() throws {
        let sandbox = try Sandbox(gx: Project.gx)
        try sandbox.writeSampleRepository("shop")
        for command in try CommandTree.gx().all {
            for argument in command.arguments {
                guard let expected = ["env": "all\ndev\nprod\n", "app": "api\nweb\n"][argument.value] else {
                    continue
                }
                let path = Array(command.path.dropFirst())
                let words =
                    path + ["--", argument.completionName, "3", "0", "gx", "-C", "shop"] + path + [""]
                let offers = try sandbox.run("gx", ["---completion"] + words).text
                #expect(offers == expected, "\(command.path) \(argument.completionName)")
            }
        }
    }

    @Test(arguments: Shell.allCases.filter(\.canBeAsked))
    func shellsOfferOptions(_ shell: Shell) throws {
        let sandbox = try Sandbox(gx: Project.gx)
        let offers = try shell.offers("gx", "--qu", in: sandbox)
        #expect(offers.contains("--quiet"))
        #expect(!offers.contains("--color"))
    }
}

extension CompletionTests.Shell {
    /// zsh and fish complete only where there is a terminal: zsh can make one.
    fileprivate var canBeAsked: Bool {
        Project.canRun(rawValue) && (self == .bash || Project.canRun("zsh"))
    }

    /// What the shell shows when Tab is typed after these words.
    fileprivate func offers(_ words: String..., in sandbox: borrowing Sandbox) throws -> String {
        let script = Project.path(script)
        let line = words.joined(separator: " ")
        let arguments =
            switch self {
            case .bash: ["bash", "--norc", "-c", Self.askBash, script, line] + words
            case .zsh: ["zsh", "-f", "-c", Self.askTerminal, "zsh -f -i", Self.loadInZsh, script, line]
            case .fish:
                ["zsh", "-f", "-c", Self.askTerminal, "fish --no-config -i", Self.loadInFish, script, line]
            }
        return try sandbox.run(arguments[0], Array(arguments.dropFirst())).text
    }

    /// Calls the completion function as bash does. Arguments: the script, the line, its words.
    private static let askBash = #"""
        source "$0"; COMP_LINE=$1 COMP_POINT=${#1}; shift
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _gx "$1" "${!#}" "${@: -2:1}"
        printf '%s\n' "${COMPREPLY[@]}"
        """#

    /// Runs a shell in a terminal, types, and shows what appears until an option does and then nothing for half a second;
    /// for half a minute where none does, since a busy machine takes its time.
    /// Arguments: the shell, the command that loads the script, the script, the line.
    private static let askTerminal = #"""
        zmodload zsh/zpty
        zpty -b terminal "$0"
        zpty -w terminal "export script='$2'; $1; echo REA''DY"
        zpty -r terminal text '*READY'$'\r\n'
        zpty -w -n terminal "$3"$'\t'
        integer quiet=0
        all=''
        while (( quiet < 25 )) || [[ $all != *--quiet* && quiet -lt 1500 ]]; do
            if zpty -r -t terminal text; then all+=$text; quiet=0; else sleep 0.02; quiet+=1; fi
        done
        print -rn -- $all
        """#

    private static let loadInZsh = "fpath=(${script:h} $fpath); autoload -Uz compinit; compinit -u -D"
    private static let loadInFish = "source $script"
}

extension Sandbox {
    /// Two environments of one group, and two apps.
    fileprivate func writeSampleRepository(_ folder: String) throws {
        try write(
            "\(folder)/gx.yaml",
            """
            version: 1
            environments:
              dev: { group: all }
              prod: { group: all, after: dev }
            layout: [ "envs/{env}/{app}/**" ]

            """)
        for app in ["dev/api", "prod/api", "prod/web"] {
            try write("\(folder)/envs/\(app)/values.yaml", "image: { repository: example.com/x, tag: '1' }\n")
        }
        _ = try run("sh", ["-c", "cd \(folder) && git init -q && git add . && git commit -q -m Start"])
    }
}
