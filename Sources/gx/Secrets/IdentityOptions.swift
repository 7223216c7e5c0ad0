import ArgumentParser
import Secrets
import System
import Terminal

/// Which secret keys are tried.
struct IdentityOptions: ParsableArguments {
    @Option(
        name: [.customShort("i"), .customLong("identity")],
        help: ArgumentHelp(
            "Decrypt with the keys of this file, instead of those that sops would find.", valueName: "file"),
        completion: .file())
    var files: [String] = []

    /// Those that were named, else those that sops would find.
    func identities() throws -> Identities {
        var identities = Identities()
        if files.isEmpty {
            let names = ["HOME", "XDG_CONFIG_HOME"] + Identities.variables
            let environment = ProcessEnvironment()
            let values = names.compactMap { name in environment[name].map { (name, $0) } }
            return Identities(
                environment: Dictionary(uniqueKeysWithValues: values), passphrase: Self.passphrase)
        }
        for file in files {
            identities.add(try Identities.read(file: file, passphrase: Self.passphrase))
        }
        return identities
    }

    /// Asks at the terminal.
    @Sendable private static func passphrase(for file: String) throws(SecretsError) -> SecretBytes {
        let screen = Screen(descriptor: 2) { ProcessEnvironment()[$0] }
        let prompt = Prompt(on: screen) { text in Output(descriptor: 2, color: .auto).draw(text) }
        guard let answer = prompt.secret("passphrase for \(file):") else {
            throw SecretsError(
                .key, "the key needs a passphrase, and there is nobody to ask", at: file,
                hint: "use a key without one, or --passphrase-file")
        }
        return SecretBytes(taking: answer)
    }
}
