import ArgumentParser

/// The help of commands.
enum Help {
    /// What a command line asks the help of: `gx trace --help`, `gx trace -h`, `gx help trace`. Nil where it asks
    /// something else, or names a command that there is not.
    static func command(askedFor arguments: [String]) -> (any ParsableCommand.Type)? {
        var words = arguments[...]
        if words.first == "help" {
            words.removeFirst()
        } else if let last = words.last, ["--help", "-h"].contains(last) {
            words.removeLast()
        } else {
            return nil
        }
        let named = CommandTable.command(named: words)
        return named.path.count == words.count ? named.command : nil
    }

    /// `gx help completions`.
    static let completions = """
        Completions know the environments, apps, issues and versions of the repository that you are in.

        bash, where bash-completion is installed:
          mkdir -p ~/.local/share/bash-completion/completions
          gx --generate-completion-script bash > ~/.local/share/bash-completion/completions/gx

        zsh, in a folder of $fpath, before compinit:
          mkdir -p ~/.zfunc && gx --generate-completion-script zsh > ~/.zfunc/_gx
          and in ~/.zshrc: fpath=(~/.zfunc $fpath); autoload -Uz compinit && compinit

        fish:
          gx --generate-completion-script fish > ~/.config/fish/completions/gx.fish

        The manual: man pages stand in man/ of the source; 'install -D -m 644 -t ~/.local/share/man/man1 man/*.1' makes \
        them known to man.
        """

    /// With the arguments and options of the subcommand that is taken where none is named, which are those of the
    /// command, too.
    static func text(of command: any ParsableCommand.Type) -> String {
        let own = GX.helpMessage(for: command)
        guard let assumed = command.configuration.defaultSubcommand else { return own }
        let theirs = GX.helpMessage(for: assumed)
        guard let head = own.firstRange(of: "\nGLOBAL OPTIONS:"),
            let tail = own.firstRange(of: "\nSUBCOMMANDS:"),
            let options = theirs.firstRange(of: "\nARGUMENTS:") ?? theirs.firstRange(of: "\nGLOBAL OPTIONS:")
        else { return own }
        return String(own[..<head.lowerBound] + theirs[options.lowerBound...] + own[tail.lowerBound...])
    }
}
