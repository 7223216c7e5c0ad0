import Git
import System

/// What is measured of secrets: files of many values, large files, and the hook in a large repository.
struct SecretBudgets {
    let gx: String
    let folder: String

    static let values = 10_000

    var all: [Comparison] {
        get throws { [try view(), try encryption()] + (try checks()) }
    }

    private var key: String { "\(folder)/key.txt" }
    private var recipient: String {
        get throws {
            guard let text = try readFile("\(folder)/recipient") else { throw BenchError("no recipient") }
            return String(decoding: text.prefix { $0 != 10 }, as: UTF8.self)
        }
    }

    /// Decryption, which grows with the values and not with more than that.
    private func view() throws -> Comparison {
        try prepare()
        return Comparison(
            what: "gx secrets view, \(Self.values) values",
            gx: Comparison.Program(
                name: gx, arguments: ["secrets", "view", "many.yaml", "-i", key], folder: folder),
            beside: Comparison.Program(
                name: gx, arguments: ["secrets", "view", "one.yaml", "-i", key], folder: folder),
            budget: 10)
    }

    private func encryption() throws -> Comparison {
        try prepare()
        let recipient = try recipient
        func shell(_ command: String) -> Comparison.Program {
            Comparison.Program(
                name: "sh", arguments: ["-c", "\(command) -r \(recipient) large > /dev/null"], folder: folder)
        }
        return Comparison(
            what: "gx secrets encrypt --age, 1 GiB", gx: shell("\(gx) secrets encrypt --age"),
            beside: shell("age -e"), budget: 0.8, runs: 3)
    }

    /// The pre-commit hook, and the same of a whole repository: 4,992 manifests, and a Secret for each app and
    /// environment.
    private func checks() throws -> [Comparison] {
        try prepare()
        let manifests = SampleManifests()
        let repository = try manifests.write(to: "\(folder)/manifests")
        if try readFile("\(repository)/.sops.yaml") == nil {
            let script = """
                printf 'creation_rules:\\n  - path_regex: (^|/)secret\\\\.yaml$\\n    encrypted_regex: ^stringData$\\n    age: %s\\n' \
                "$(cat '\(folder)/recipient')" > .sops.yaml
                printf 'kind: Secret\\nstringData:\\n  TOKEN: x\\n' > secret.yaml && '\(gx)' secrets encrypt secret.yaml
                for overlay in apps/*/overlays/*; do cp secret.yaml "$overlay/"; done
                git add -A && git commit -q -m Secrets && git gc -q
                echo '# changed' >> \(SampleManifests.file) && git add -A
                """
            try run("sh", ["-e", "-c", script], in: repository)
        }
        let count = manifests.count + manifests.apps * SampleManifests.environments.count
        let status = Comparison.Program(name: "git", arguments: ["status", "--short"], folder: repository)
        func check(_ arguments: [String], _ budget: Double) -> Comparison {
            let words = ["secrets", "check"] + arguments
            return Comparison(
                what: "gx \(words.joined(separator: " ")), \(count) files",
                gx: Comparison.Program(name: gx, arguments: words, folder: repository), beside: status,
                budget: budget)
        }
        return [check(["--staged"], 1.5), check([], 5)]
    }

    private func prepare() throws {
        guard try readFile("\(folder)/ready") == nil else { return }
        let values = "awk 'BEGIN { for (i = 0; i < \(Self.values); i++) print \"key\" i \": value \" i }'"
        let script = """
            mkdir -p '\(folder)' && cd '\(folder)'
            '\(gx)' secrets keygen -o key.txt > recipient
            \(values) > many.yaml
            echo 'key: value' > one.yaml
            for file in many one; do '\(gx)' secrets encrypt -r "$(cat recipient)" $file.yaml; done
            truncate -s 1G large
            touch ready
            """
        try run("sh", ["-e", "-c", script], in: "/")
    }

    private func run(_ program: String, _ arguments: [String], in folder: String) throws {
        let output = try Subprocess(program, arguments, purpose: "make a sample", directory: folder).run()
        guard output.status == 0 else { throw BenchError("\(program): \(output.message)") }
    }
}
