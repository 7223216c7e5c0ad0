import System
import TestSupport
import Testing
import YAML

/// The jobs of docs/recipes.md do what they are for: their steps are taken from the page, and run in a checkout as each of
/// the hosts makes it.
@Suite struct RecipeTests {
    struct Recipe: CustomTestStringConvertible {
        /// The first line of the block.
        var name: String
        /// How the checkout is made.
        var checkout: [String]
        var steps: [String]
        var variables: [String: String] = [:]

        var testDescription: String { name }
    }

    /// The commit to be built, and nothing else: `actions/checkout`.
    private static let actions = [
        "git init -q job && cd job && git remote add origin \"$URL\"",
        "git fetch -q --no-tags --prune --depth=1 origin \"+$SHA:refs/remotes/origin/main\"",
        "git checkout -q --force -B main refs/remotes/origin/main",
    ]
    /// The same without a branch: a runner of GitLab.
    private static let runner = [
        "git init -q job && cd job && git remote add origin \"$URL\"",
        "git fetch -q --depth 1 origin \"+$SHA:refs/pipelines/7\" +refs/heads/main:refs/remotes/origin/main",
        "git checkout -q -f \"$SHA\"",
    ]

    static func recipes() throws -> [Recipe] {
        let page = try Project.read("docs/recipes.md")
        var recipes = try page.matches(of: /\n```yaml\n((?s).*?)\n```/).map { match in
            let text = String(match.output.1)
            let root = try #require(try YAMLFile(parsing: Array(text.utf8)).documents.first?.root)
            let name = String(text.prefix { !$0.isNewline })
            if let job = root["promote"] {
                try #require(job["variables"]?["GIT_DEPTH"]?.string == "1")
                return Recipe(
                    name: name, checkout: runner, steps: (job["script"]?.items ?? []).compactMap(\.string),
                    variables: variables(job["variables"]))
            }
            let steps = root["jobs"]?["promote"]?["steps"]?.items ?? []
            let checkout = try #require(
                steps.first { $0["uses"]?.string?.hasPrefix("actions/checkout@") == true })
            try #require(checkout["with"]?["fetch-depth"] == nil)
            return Recipe(
                name: name, checkout: actions, steps: steps.compactMap { $0["run"]?.string },
                variables: steps.reduce(into: [:]) { all, step in
                    all.merge(variables(step["env"])) { $1 }
                })
        }
        let once = try #require(page.firstMatch(of: /\n```sh\n((?s).*?)\n```/)).output.1
        let line = try #require(page.firstMatch(of: /\n```crontab\n(?:\S+ ){5}(.*)\n```/)).output.1
        let local = { (text: Substring) in
            text.replacing("https://git.example.com/shop.git", with: "\"$URL\"")
                .replacing("/srv/shop", with: "\"$HOME/job\"")
        }
        let lines = local(once).split(separator: "\n").map(String.init)
        recipes.append(Recipe(name: "crontab", checkout: lines + ["cd job"], steps: [String(local(line))]))
        return recipes
    }

    /// What a host would put into expressions is a word.
    private static func variables(_ node: Node?) -> [String: String] {
        Dictionary(
            (node?.entries ?? []).compactMap { entry in
                guard let name = entry.key.string, let value = entry.value.string else { return nil }
                return (name, value.contains("$") ? "word" : value)
            }
        ) { $1 }
    }

    private static let scene = """
        set -e
        at() { export GIT_TEST_DATE_NOW=$1 GIT_AUTHOR_DATE="@$1 +0000" GIT_COMMITTER_DATE="@$1 +0000"; }
        pod() { mkdir -p envs/$1; echo "{kind: Pod, apiVersion: v1, metadata: {name: api}, spec: {containers: \
        [{name: api, image: 'acme/api:$2'}]}}" > envs/$1/api.yaml; }
        at 1772442000
        git init -q --bare shop.git && git clone -q shop.git whole 2> clone.log && cd whole
        pod dev 1.0 && pod prod 1.0
        printf '%s\\n' 'version: 1' 'environments: { dev: {}, prod: { after: dev, gates: { soak: 1h } } }' \
            'layout: ["envs/{env}/{app}.yaml"]' 'promote: { auto: [prod] }' > gx.yaml
        git add -A && git commit -q -m Start
        at 1772445600
        pod dev 1.1 && git commit -q -a -m 'api 1.1' && git push -q origin main
        gx trace sync --quiet > sync.log
        at 1772449200
        echo more > README && git add README && git commit -q -m 'Say more' && git push -q origin main
        at 1772452800
        cd && export URL="file://$HOME/shop.git" SHA=$(git -C shop.git rev-parse main) CI_PROJECT_URL="file://$HOME/shop"

        """

    @Test(arguments: try recipes()) func promotes(_ recipe: Recipe) throws {
        let sandbox = try Sandbox(gx: Project.gx)
        let variables = recipe.variables.sorted { $0.key < $1.key }.map { "export \($0.key)='\($0.value)'\n" }
        let steps = recipe.steps.map { step in "cat > step <<'END'\n\(step)\nEND\nsh -e step\n" }.joined()
        let script =
            Self.scene + recipe.checkout.joined(separator: "\n") + "\n" + variables.joined() + steps + """
                test "$(git -C "$HOME/shop.git" log -1 --format=%s main)" != 'Say more'
                git -C "$HOME/shop.git" show main:envs/prod/api.yaml | grep -q acme/api:1.1
                tip=$(git -C "$HOME/shop.git" rev-parse main)
                git fetch -q --depth 1 origin main && git reset -q --hard FETCH_HEAD
                \(steps)
                test "$tip" = "$(git -C "$HOME/shop.git" rev-parse main)"
                """
        let output = try sandbox.run("sh", ["-c", script])
        #expect(output.status == 0, "\(output.text)\(output.message)")
    }
}
