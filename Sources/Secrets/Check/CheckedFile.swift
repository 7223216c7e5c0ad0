internal import YAML

/// What a file is by its name, to the check.
struct CheckedFile {
    /// `.sops.yaml`, and what is never encrypted: the files that say how others are read.
    let isOfPolicies: Bool
    /// Programs and documents, where what looks like a setting seldom is one.
    let isCode: Bool
    let syntax: Syntax?
    /// Lines of `NAME=value`.
    let hasAssignments: Bool
    let needsQuotes: Bool
    /// Where `$` and a backtick in a text stand for something else.
    let isShell: Bool

    var holdsSettings: Bool { !isCode || isShell }

    private static let codes: Set<String> = [
        "md", "markdown", "mdx", "rst", "adoc", "org", "tex", "go", "py", "js", "mjs", "cjs", "ts", "tsx",
        "jsx", "java", "kt",
        "rs", "rb", "php", "c", "h", "cc", "cpp", "hpp", "cs", "swift", "scala", "groovy", "sh", "bash",
        "zsh", "fish", "ps1",
        "bat", "html", "htm", "css", "scss", "sql", "lock", "sum", "mod", "svg", "xml", "csv", "tsv", "ipynb",
        "lua", "pl",
        "r", "ex", "exs", "erl", "hs", "proto", "graphql", "jsonnet", "libsonnet", "cue", "rego", "bzl",
        "star", "snap",
        "golden", "nix", "dart", "vue", "svelte", "map", "pub", "crt", "log", "patch", "diff",
    ]
    private static let assigned: Set<String> = [
        "env", "properties", "ini", "conf", "cfg", "cnf", "toml", "tfvars", "npmrc",
        "pypirc", "netrc", "pgpass", "dockerfile", "containerfile",
    ]
    /// What is put behind a name whose own ending says what the file is.
    private static let wrappers: Set<String> = [
        "tpl", "tmpl", "j2", "jinja", "jinja2", "gotmpl", "template", "example", "sample", "bak", "orig",
        "dist", "old", "save",
        "in", "erb", "enc", "dec", "local", "txt",
    ]

    init(path: String) {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var parts = name.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        while parts.count > 2, let last = parts.last, Self.wrappers.contains(String(last)) {
            parts.removeLast()
        }
        let ending = parts.count > 1 ? parts.last.map(String.init) ?? "" : ""
        let isDotenv = name.hasPrefix(".env") || name.hasSuffix(".env")
        isOfPolicies =
            name == Policy.fileName
            || ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(name)
            || name.hasPrefix(".git") || ["md", "pub"].contains(ending) || name == "gx.yaml"
        isCode = Self.codes.contains(ending) && !isDotenv
        isShell = ["sh", "bash", "zsh"].contains(ending) && !isDotenv
        let isOfImages = ["dockerfile", "containerfile"].contains(parts[0])
        let isKubeconfig = name == "kubeconfig" || path.hasSuffix("kube/config")
        syntax =
            switch ending {
            case "yaml", "yml": .yaml
            case "json": .json
            default: name == "Kustomization" || isKubeconfig ? .yaml : nil
            }
        hasAssignments =
            isDotenv || isShell || isOfImages || Self.assigned.contains(ending)
            || ["tf", "hcl"].contains(ending)
        needsQuotes = isShell || ["tf", "hcl", "toml"].contains(ending)
    }
}
