/// How far on the way to production an environment is. The order is that of most teams; gx.yaml changes it.
enum Stage: Int, Comparable, CaseIterable {
    case local, development, test, qa, integration, staging, acceptance, preproduction, canary, production

    /// The words that people use for it.
    private var words: [String] {
        switch self {
        case .local: ["local", "sandbox", "sbx", "minikube", "kind"]
        case .development: ["dev", "develop", "devel", "development"]
        case .test: ["test", "testing", "tst"]
        case .qa: ["qa", "sit"]
        case .integration: ["int", "integration"]
        case .staging: ["stage", "staging", "stg", "stag"]
        case .acceptance: ["uat", "acc", "acceptance"]
        case .preproduction: ["pre", "preprod", "preproduction", "preprd"]
        case .canary: ["canary"]
        case .production: ["prod", "production", "prd", "live"]
        }
    }

    static let byWord: [String: Stage] = {
        let words = allCases.flatMap { stage in stage.words.map { ($0, stage) } }
        return Dictionary(words, uniquingKeysWith: { first, _ in first })
    }()

    static func < (a: Stage, b: Stage) -> Bool { a.rawValue < b.rawValue }
}

/// What the name of a folder, a file or a branch says about an environment.
struct StagedName {
    let name: String
    /// Nil where no word of the name is a stage's.
    private(set) var stage: Stage?
    /// `ring-2`, `wave2`: the number of a series.
    private(set) var ring: Int?
    /// What is left without the word: `us` of `prod-us`, `idf` of `idfdev`.
    private(set) var family = ""
    /// The word as it is written, if the name starts with it: what a group of such names is called.
    private(set) var lead: String?
    /// Whether the name is nothing but a stage or a ring, with a region or a number at most: such a name alone
    /// makes a folder an environment.
    private(set) var isPure = false

    init(_ name: some StringProtocol) {
        self.name = String(name)
        let words = self.name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
        if let number = Self.ring(words) {
            ring = number
            isPure = true
            return
        }
        for length in [2, 1] {
            guard words.count >= length else { continue }
            for start in 0...(words.count - length) {
                let word = words[start..<start + length].joined().lowercased()
                // Two words that are one: `pre-prod`.
                guard let stage = Stage.byWord[word], length == 1 || word.hasPrefix("pre") else { continue }
                let rest = words[..<start] + words[(start + length)...]
                self.stage = stage
                family = rest.joined(separator: "-")
                if start == 0 { lead = words[..<length].joined(separator: "-") }
                isPure = rest.allSatisfy(Self.isRegion)
                return
            }
        }
        joined(words)
    }

    /// `idfdev`, `usdfprod-eu`: a stage at the end of a word. Good enough to order names by that are known to be
    /// environments.
    private mutating func joined(_ words: [String]) {
        for (index, word) in words.enumerated() {
            for suffix in ["dev", "int", "test", "qa", "stage", "stg", "uat", "prod", "prd"]
            where word.hasSuffix(suffix) && word.count >= suffix.count + 2 {
                stage = Stage.byWord[suffix]
                var rest = words
                rest[index] = String(word.dropLast(suffix.count))
                family = rest.joined(separator: "-")
                return
            }
        }
    }

    private static func ring(_ words: [String]) -> Int? {
        guard let first = words.first?.lowercased() else { return nil }
        for word in ["ring", "wave"] where first.hasPrefix(word) {
            if words.count == 2, first == word { return Int(words[1]) }
            if words.count == 1 { return Int(first.dropFirst(word.count)) }
        }
        return nil
    }

    /// `us`, `eu-west-1`, `use1`, `asia`, `2`: where something runs, or which of several it is.
    static func isRegion(_ word: String) -> Bool {
        let word = word.lowercased()
        let letters = word.prefix { $0.isLetter }
        let rest = word.dropFirst(letters.count)
        guard rest.allSatisfy({ $0.isNumber || $0 == "-" || $0.isLetter }) else { return false }
        if letters.isEmpty { return rest.allSatisfy(\.isNumber) && rest.count <= 3 }
        let plain: Set<Substring> = [
            "us", "eu", "uk", "de", "fr", "ca", "au", "jp", "in", "br", "sg", "ap", "sa", "af", "me", "cn",
            "asia", "apac", "emea", "amer", "latam", "europe", "america", "north", "south", "east", "west",
            "central", "northeast", "southeast", "use", "usw", "usc", "euw", "euc", "eun", "apse", "apne",
            "eastus", "westus", "westeurope", "northeurope", "blue", "green", "a", "b", "c",
        ]
        return plain.contains(letters) && rest.allSatisfy { $0.isNumber || $0 == "-" || $0.isLetter }
    }

    /// Whether a name alone says that this is an environment, or one of several of the same kind.
    var isEnvironment: Bool { isPure && EnvironmentName.isValid(name) }
}

/// Names of folders that mean something whatever they hold.
enum FolderWord {
    /// Folders whose children are environments.
    static let environments: Set<String> = [
        "overlays", "overlay", "envs", "env", "environments", "environment", "clusters", "stages", "rings",
    ]
    /// Folders whose children are apps.
    static let apps: Set<String> = [
        "apps", "applications", "components", "services", "workloads", "releases", "charts", "tenants",
        "teams", "projects",
    ]
    /// Folders of a chart that values for environments are in.
    static let values: Set<String> = environments.union([
        "values", "config", "configs", "vars", "helm-values",
    ])
    /// Folders of an app that say what kind of files are in them.
    static let contents: Set<String> = [
        "charts", "chart", "config", "configs", "deploy", "deployment", "deployments", "manifests", "k8s",
        "kubernetes",
        "helm", "kustomize", "values", "overlays", "envs", "environments",
    ]
    /// What files are called after the objects in them.
    static let objects: Set<String> = [
        "deployment", "deploy", "statefulset", "daemonset", "rollout", "job", "cronjob", "service", "svc",
        "ingress",
        "configmap", "manifest", "manifests", "app", "application", "release", "helmrelease", "resources",
        "k8s",
    ]
    /// Folders that no manifests of environments are in.
    static let ignored: Set<String> = [
        "docs", "doc", "hack", "scripts", "examples", "example", "templates", "node_modules", "vendor",
        "tests", "testdata", "fixtures", "crds",
        "flux-system",
    ]

    /// Whether others are built on what is in it: `base`, `empty-base`, `common`.
    static func isBase(_ name: some StringProtocol) -> Bool {
        let bases: Set<Substring> = [
            "base", "bases", "common", "shared", "components", "default", "defaults",
        ]
        return name.lowercased().split { !$0.isLetter }.contains(where: bases.contains)
    }

    /// Whether a folder on the way to a file is one that no manifests of environments are in.
    static func isIgnored(path: String) -> Bool {
        path.split(separator: "/").dropLast().contains { isIgnored($0) } || path.hasPrefix(".")
    }

    static func isIgnored(_ name: some StringProtocol) -> Bool {
        name.hasPrefix(".") || ignored.contains(String(name))
    }
}
