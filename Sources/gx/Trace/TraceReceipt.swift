import Answers
import ArgumentParser
import Git
import Ledger
import Manifests
import System
import Terminal
import YAML

/// Writes what is known of a deployment into a signed file, or verifies one.
struct TraceReceipt: Command {
    static let configuration = CommandConfiguration(
        commandName: "receipt", abstract: "Write a signed receipt of a deployment, or verify one.",
        examples: [
            "gx trace receipt prod/api --out api.receipt.json":
                "of the newest deployment, signed as git signs",
            "gx trace receipt prod/api --key ~/.ssh/id_ed25519": "with an SSH key",
            "gx trace receipt --verify api.receipt.json --signers allowed_signers":
                "who signed it, and that it holds",
        ],
        usage: """
            gx trace receipt <deployment> [--key <file>] [--out <file>]
            gx trace receipt --verify <file> [--signers <file>]
            """,
        discussion: """
            A statement of in-toto in an envelope of DSSE: what was deployed, with digests, issues, gates, checks and the \
            outcome. It is signed by what git signs commits with (gpg.format, user.signingKey), or by an SSH key. \
            Verifying takes no repository and no network; it ends with 1 where a signature does not hold.
            """)

    @Argument(help: ArgumentHelp("ENV/APP, ENV/APP~2, or COMMIT:ENV/APP.", valueName: "deployment"))
    var deployment: String?

    @Option(help: ArgumentHelp("The SSH key to sign with.", valueName: "file"), completion: .file())
    var key: String?

    @Option(help: ArgumentHelp("A receipt to verify.", valueName: "file"), completion: .file())
    var verify: String?

    @Option(
        help: ArgumentHelp(
            "With --verify, the SSH keys that are trusted, as ssh-keygen takes them.", valueName: "file"),
        completion: .file())
    var signers: String?

    @Option(help: ArgumentHelp("Write the receipt to this file.", valueName: "file"), completion: .file())
    var out: String?

    @OptionGroup(title: "Global options") var global: GlobalOptions

    func validate() throws {
        guard (deployment == nil) != (verify == nil) else {
            throw ValidationError("Name a deployment, or a receipt with --verify.")
        }
        if verify != nil, key != nil || out != nil {
            throw ValidationError("--key and --out are for a receipt that is made.")
        }
        if verify == nil, signers != nil { throw ValidationError("--signers goes with --verify.") }
    }

    func run(in context: Context) throws -> ExitStatus {
        if let verify { return try check(verify, context) }
        let ledger = try context.ledger()
        try context.noteAssumptions()
        let numbers = try ledger.deployments(named: deployment ?? "")
        guard numbers.count == 1 else {
            let names = numbers.map { "\(ledger[$0].environment)/\(ledger[$0].app)" }
            throw Failure(
                "a receipt is of one deployment, and '\(deployment ?? "")' made \(numbers.count)",
                hint: "say \(names.map { "\(deployment ?? ""):\($0)" }.listed("or"))")
        }
        let one = ledger[numbers[0]]
        let repository =
            try ledger.tips.map(\.repository).first { $0.contains(one.commit) } ?? context.repository
        let receipt = try Receipt(
            of: numbers[0], ledger, ledger.outcomes(in: context.repository), in: repository)
        var envelope = Envelope(type: Receipt.payloadType, payload: receipt.statement.bytes())
        envelope.signatures = [
            try Signing(context.repository, key: key).sign(envelope.signedBytes, for: Envelope.namespace)
        ]
        try context.answer(envelope.json.pretty + "\n", to: out)
        return .done
    }

    private func check(_ file: String, _ context: Context) throws -> ExitStatus {
        guard let bytes = try readFile(file, mayBePipe: true) else {
            throw Failure("there is no file '\(file)'")
        }
        let hint = "'gx trace receipt ENV/APP --out FILE' writes one"
        guard let envelope = (try? JSON(parsing: bytes)).flatMap(Envelope.init) else {
            throw Failure("\(file) is no receipt of a deployment", hint: hint)
        }
        // Nothing of a repository is needed; where there is one, its settings say whom to trust.
        let signing = try Signing(try? context.repository, signers: signers)
        var names: [String] = []
        for signature in envelope.signatures {
            switch try signing.verify(signature, of: envelope.signedBytes, for: Envelope.namespace) {
            case .good(let name): names.append(name)
            case .bad(let words):
                try context.output.print("\("no", .failure): \(file) does not hold: \(words.onOneLine)")
                return .no
            }
        }
        guard let statement = try? JSON(parsing: envelope.payload), envelope.type == Receipt.payloadType,
            statement["_type"]?.string == Receipt.statementType,
            statement["predicateType"]?.string == Receipt.predicateType, let told = statement["predicate"]
        else {
            throw Failure(
                "\(file) is signed by \(names.listed("and")), and is no receipt of a deployment", hint: hint)
        }
        let word = { (key: String) in told[key]?.string ?? "" }
        let versions = (told["after"]?.array ?? []).compactMap { pin in
            pin["artifact"]?.string.map { "\($0):\(pin["version"]?.string ?? "")" }
        }
        try context.output.print(
            "\("yes", .success): \(word("environment"), .environment)/\(word("app"), .app) of \(word("time")), signed by \(names.listed("and"), .emphasis)"
        )
        var lines = versions.map { ("runs", $0) } + [("commit", word("commit")), ("author", word("author"))]
        lines += ["issues", "gates"].flatMap { key in
            (told[key]?.array ?? []).compactMap(\.string).map { (key, $0) }
        }
        lines.append(("outcome", word("outcome")))
        for (label, text) in lines where !text.isEmpty {
            try context.output.print("  \(label.padded(to: 8), .faint) \(text.onOneLine)")
        }
        return .done
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
