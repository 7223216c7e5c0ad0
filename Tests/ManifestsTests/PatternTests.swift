import Testing

@testable import Manifests

/// Patterns over paths, templates and names.
struct PatternTests {
    /// What a pattern captures, as `app=api env=prod`, in order of name; nil where it does not match.
    private func captures(
        _ pattern: String, _ path: String, accepts: (String, String) -> Bool = { _, _ in true }
    ) throws -> String? {
        try Pattern(pattern).match(path, accepts: accepts)?.captures
            .sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: " ")
    }

    @Test(
        "What matches",
        arguments: [
            ("envs/{env}/**", "envs/prod/api/x.yaml", "env=prod"),
            ("envs/{env}/**", "envs/prod", nil),
            ("envs/{env}/**", "envs", nil),
            ("envs/{env}/**", "other/prod/x", nil),
            ("envs/{env}", "envs/prod/x", nil),
            ("**", "a/b", ""),
            ("**/{app}.yaml", "api.yaml", "app=api"),
            ("**/{app}.yaml", "a/b/api.yaml", "app=api"),
            ("a/**/z", "a/z", ""),
            ("a/**/z", "a/b/c/z", ""),
            ("a/**/z", "a/b/c", nil),
            ("*.yaml", "x.yaml", ""),
            ("*.yaml", "a/x.yaml", nil),
            ("a*c/x", "abc/x", ""),
            ("a*c/x", "ac/x", ""),
            ("values-{env}.yaml", "values-.yaml", nil),
            ("values-{env}.yaml", "values-a.yaml.yaml", "env=a.yaml"),
            ("{a}-{b}", "x-y-z", "a=x b=y-z"),
            ("apps/{ns}/{app}/{app}.yaml", "apps/shop/api/api.yaml", "app=api ns=shop"),
            ("apps/{ns}/{app}/{app}.yaml", "apps/shop/api/web.yaml", nil),
            ("{x...}/end", "a/b/end", "x=a/b"),
            ("{x...}/end", "end", nil),
            ("{x...}/{x...}", "a/b/a/b", "x=a/b"),
            ("{x...}/{x...}", "a/b", nil),
            ("./a//b", "a/b", ""),
            ("é/{env}", "é/größe", "env=größe"),
        ] as [(String, String, String?)])
    func matching(pattern: String, path: String, expected: String?) throws {
        #expect(try captures(pattern, path) == expected)
    }

    @Test("Backtracks until every capture is accepted, shortest first")
    func backtracking() throws {
        let isEnvironment = { (name: String, value: String) in name != "env" || value == "prod" }
        #expect(
            try captures("components/{app...}/{env}/**", "components/a/b/prod/x.yaml", accepts: isEnvironment)
                == "app=a/b env=prod")
        #expect(
            try captures("components/{app...}/{env}/**", "components/a/prod/prod/x", accepts: isEnvironment)
                == "app=a env=prod")
        #expect(try captures("{app}-{env}", "a-prod-prod", accepts: isEnvironment) == "app=a-prod env=prod")
        #expect(try captures("{app...}/{env}/**", "a/b/c", accepts: isEnvironment) == nil)
    }

    @Test("A path that many ways of matching lead through fails in good time")
    func hostile() throws {
        let path = Array(repeating: "a", count: 40).joined(separator: "/")
        #expect(try captures("**/**/z", path) == nil)
        #expect(try captures("*a*a*z", String(repeating: "a", count: 80)) == nil)
    }

    @Test(
        "The path of a match is the one that it is of",
        arguments: [
            ("envs/{env}/**", "envs/prod/a/b.yaml"), ("a/**/{env}", "a/prod"), ("**/x", "x"),
            ("a/*-{b}/{c...}/d*", "a/1-2/3/4/d5"), ("{x...}/{x...}", "p/q/p/q"), ("*", "ü"),
        ])
    func inverse(pattern: String, path: String) throws {
        let pattern = try Pattern(pattern)
        let match = try #require(pattern.match(path))
        #expect(pattern.path(match) == path)
    }

    @Test("Other captures lead to another path, missing ones to none")
    func inverseOfOther() throws {
        let pattern = try Pattern("apps/{app}/*/{env}.yaml")
        #expect(
            pattern.path(Pattern.Match(captures: ["app": "api", "env": "dev"], wildcards: ["x"]))
                == "apps/api/x/dev.yaml")
        #expect(pattern.path(Pattern.Match(captures: ["app": "api"], wildcards: ["x"])) == nil)
        #expect(pattern.path(Pattern.Match(captures: ["app": "api", "env": "dev"], wildcards: [])) == nil)
    }

    @Test(
        "What is no pattern",
        arguments: [
            ("", "an empty pattern matches nothing"), ("/", "an empty pattern matches nothing"),
            ("../x", "a pattern stays within the repository: '..' is not allowed"),
            ("a/{x", "'{' without '}' in '{x'"), ("{}", "'' is not a name for a capture"),
            ("{a b}", "'a b' is not a name for a capture"),
            ("x{app...}", "'{app...}' takes whole components: put '/' around it"),
            ("{app...}x", "'{app...}' takes whole components: put '/' around it"),
        ])
    func errors(pattern: String, message: String) {
        #expect(throws: PatternError(message)) { try Pattern(pattern) }
    }

    @Test(
        "Globs",
        arguments: [
            ("prod", "prod", true), ("prod", "prod-eu", false), ("prod-*", "prod-eu", true),
            ("prod-*", "prod-", true), ("prod-*", "prod", false), ("*", "", true), ("*-eu", "prod-eu", true),
            ("*-eu", "-eu", true), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false), ("a*a", "a", false),
            ("*a*", "bab", true), ("a**b", "ab", true),
        ])
    func globs(pattern: String, name: String, matches: Bool) {
        #expect(Glob.matches(pattern, name) == matches)
    }

    @Test("Templates are filled in, or not at all")
    func templates() throws {
        let template = try Template("registry.example.com/{app}:{tag}")
        #expect(template.names == ["app", "tag"])
        #expect(template.filled { ["app": "api", "tag": "1"][$0] } == "registry.example.com/api:1")
        #expect(template.filled { ["app": "api"][$0] } == nil)
        #expect(throws: PatternError("'{' without '}' in '{app'")) { try Template("{app") }
    }
}
