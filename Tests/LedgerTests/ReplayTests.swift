import Git
import Ledger
import Manifests
import TestSupport
import Testing

/// What the ledger says of each commit is what reading that commit alone says.
@Suite struct ReplayTests {
    static let configuration = """
        version: 1
        environments: { dev: {}, prod: { after: dev }, preview: { match: "pr-*", ephemeral: true } }
        layout:
          - envs/{env}/**
          - { path: "charts/{app}/**", layers: [Chart.yaml, values.yaml, "values-{env}.yaml"],
              enabled: { file: "switches/{env}.yaml", path: "apps.{app}" } }
          - teams/{ns}/{app}/{env}.yaml
          - apps/{app}/{env}/**
        shared: ["teams/{ns}/{app}/common.yaml"]
        pins: [{ files: "teams/{ns}/{app}/{env}.yaml", path: version, artifact: "example.com/{app}" }]

        """

    /// Each step is one commit: files to write, or to remove where there is no text.
    static let steps: [[String: String?]] = [
        ["envs/dev/kustomization.yaml": "resources: [../../base, own.yaml]\n"],
        ["base/kustomization.yaml": "resources: [pod.yaml]\n"],
        ["base/pod.yaml": pod("a", "1")],
        ["envs/dev/own.yaml": pod("b", "1")],
        ["envs/prod/kustomization.yaml": "resources: [../../base]\nimages: [{ name: x.io/a, newTag: v1 }]\n"],
        ["base/pod.yaml": pod("a", "2")],
        ["envs/prod/kustomization.yaml": "resources: [../../base]\nimages: [{ name: x.io/a, newTag: v2 }]\n"],
        [
            "envs/prod/kustomization.yaml":
                "resources: [../../base]\nimages: [{ name: x.io/a, newTag: null }]\n"
        ],
        ["envs/prod/kustomization.yaml": "resources: [../../base]\nimages: [{ name: x.io/a, newTag: v3 }]\n"],
        ["envs/prod/kustomization.yaml": "resources: [../../base]\nimages: [{ name: x.io/a, newTag: ~ }]\n"],
        ["envs/prod/kustomization.yaml": "resources: [../../base]\nimages: [{ name: x.io/z, newTag: v2 }]\n"],
        ["apps/far/dev/kustomization.yaml": remote("z", "1")],
        ["apps/far/dev/kustomization.yaml": remote("z", "2")],
        ["apps/far/dev/kustomization.yaml": remote("y", "2")],
        ["envs/prod/kustomization.yaml": "resources: [../../base]\n"],
        ["envs/pr-7/app.yaml": pod("p", "1"), "envs/dev/own.yaml": pod("b", "1", name: "renamed")],
        ["envs/dev/own.yaml": nil],
        ["envs/dev/own.yaml": pod("b", "3") + "---\n" + pod("c", "3")],
        ["envs/dev/own.yaml": pod("b", "4") + "---\n" + pod("c", "3")],
        ["envs/dev/own.yaml": pod("b", "\"4 # no\"") + "---\n" + pod("c", "3")],
        ["envs/dev/own.yaml": pod("b", "4: [") + "---\n"],
        ["base/pod.yaml": pod("a", "3")],
        ["envs/dev/own.yaml": pointer],
        ["envs/dev/own.yaml": conflict, "base/pod.yaml": pod("a", "4")],
        ["envs/dev/own.yaml": pod("b", "4") + "---\n" + pod("c", "5")],
        ["envs/pr-7/app.yaml": nil],
        ["base/kustomization.yaml": nil, "base/kustomization.yml": "resources: [pod.yaml, more.yaml]\n"],
        ["base/more.yaml": pod("m", "1")],
        ["charts/web/Chart.yaml": "name: web\nversion: 1.0.0\nappVersion: \"7\"\n"],
        ["charts/web/values.yaml": "image: { repository: x.io/web, tag: \"1\" }\n"],
        ["switches/dev.yaml": "apps: { web: true }\n", "switches/prod.yaml": "apps: { web: false }\n"],
        ["charts/web/values-prod.yaml": "image: { tag: \"0\" }\n"],
        ["switches/prod.yaml": "apps: { web: true }\n"],
        ["charts/web/values.yaml": "image: { repository: x.io/web, tag: \"2\" }\n"],
        ["charts/web/values-prod.yaml": nil],
        ["charts/web/templates/x.yaml": "{{ .Values.x }}\n"],
        ["switches/dev.yaml": "apps: {}\n"],
        ["teams/t/shop/dev.yaml": "version: 1.0\n", "teams/t/shop/prod.yaml": "version: 0.9\n"],
        ["teams/t/shop/dev.yaml": "version: 1.1\n"],
        ["teams/t/shop/common.yaml": "image: x.io/common:1\n"],
        ["teams/t/shop/common.yaml": "image: x.io/common:2\n", "teams/t/shop/prod.yaml": "version: 1.1\n"],
        ["teams/t/shop/dev.yaml": "version: sha256:\(String(repeating: "a", count: 64))\n"],
        ["charts": nil],
    ]

    /// What can't be read as a manifest: until it can be again, what was there before runs.
    private static let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"
    private static let conflict = "<<<<<<< ours\nkind: Pod\n=======\nkind: Job\n>>>>>>> theirs\n"

    private static func isLost(_ text: String?) -> Bool {
        text.map { $0 == pointer || $0 == conflict || $0.contains("4: [") } ?? false
    }

    private static func remote(_ name: String, _ ref: String) -> String {
        "resources:\n- https://github.com/x/\(name)/config?ref=\(ref)\n"
    }

    private static func pod(_ image: String, _ tag: String, name: String? = nil) -> String {
        "apiVersion: v1\nkind: Pod\nmetadata: { name: \(name ?? image) }\nspec:\n  containers:\n"
            + "    - name: c\n      image: x.io/\(image):\(tag)\n"
    }

    @Test func agreesWithReadingEachCommitAlone() throws {
        let scratch = try ScratchRepository()
        try scratch.write("gx.yaml", Self.configuration)
        try scratch.commit("configure")
        var commits: [ObjectID] = []
        for step in Self.steps {
            for (path, text) in step {
                if let text { try scratch.write(path, text) } else { try scratch.remove(path) }
            }
            commits.append(try scratch.commit("step"))
        }
        let repository = try scratch.repository()
        let configuration = try Configuration(parsing: Array(Self.configuration.utf8))
        let ledger = try scratch.ledger()
        var now: [String: [String]] = [:]
        var main: [String: String] = [:]
        var number = 0
        var isLost = false
        for (step, commit) in commits.enumerated() {
            var changed: Set<String> = []
            while number < ledger.count, case let one = ledger[number], one.commit == commit {
                let name = "\(one.environment)/\(one.app)"
                changed.insert(name)
                now[name] = one.after?.map { "\($0.artifact)@\($0.version)" }.sorted()
                main[name] = one.main.map {
                    "\($0.artifact)@\($0.version)\(one.isInherited ? " inherited" : "")"
                }
                number += 1
            }
            let estate = try Estate(configuration, resolver: FixedPlaces(repository, commit))
            var expected: [String: [String]] = [:]
            var expectedMain: [String: String] = [:]
            for app in try estate.units.flatMap({ try estate.apps(of: $0) }) {
                func words(_ slot: Slot) -> String {
                    (slot.artifact.kind == .chart ? "chart:" : slot.artifact.kind == .git ? "git:" : "")
                        + "\(slot.artifact)@\(slot.version)"
                }
                let name = "\(app.environment)/\(app.app)"
                expected[name, default: []] += app.slots.filter { !$0.pins.isEmpty }.map(words)
                expectedMain[name] =
                    expectedMain[name] ?? app.main.map { words($0) + (app.inherits($0) ? " inherited" : "") }
            }
            if let own = Self.steps[step]["envs/dev/own.yaml"] { isLost = Self.isLost(own) }
            for name in ["dev/b", "dev/c"] where isLost {
                #expect(!changed.contains(name), "after step \(step)")
                (expected[name], expectedMain[name]) = (now[name], main[name])
            }
            #expect(main == expectedMain, "after step \(step)")
            #expect(now == expected.mapValues { Set($0).sorted() }, "after step \(step)")
        }
        #expect(number == ledger.count)
    }

    /// The index goes on from any commit as if it had read all before, by one step or by several.
    @Test(arguments: [1, 2, 5]) func goesOnFromAnyCommit(_ stride: Int) throws {
        let scratch = try ScratchRepository()
        try scratch.write("gx.yaml", Self.configuration)
        try scratch.commit("configure")
        for (number, step) in Self.steps.enumerated() {
            for (path, text) in step {
                if let text { try scratch.write(path, text) } else { try scratch.remove(path) }
            }
            try scratch.commit("step \(number) (#\(number))")
            guard number % stride == 0 else { continue }
            let (kept, fresh) = (try scratch.ledger(index: true), try scratch.ledger())
            #expect(
                (0..<kept.count).map { kept[$0] } == (0..<fresh.count).map { fresh[$0] },
                "after step \(number)")
        }
    }
}
