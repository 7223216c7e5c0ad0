import Git
import Manifests
import System
import TestSupport
import Testing
import YAML

@testable import Delivery

/// One change in many repositories.
@Suite struct FleetChangeTests {
    private let folder = ScratchFolder()

    // MARK: What is asked for

    @Test(arguments: [
        "", "a..b", "-x", "a b", "a/", "/a", "x.lock", "a~1", ".a", "HEAD", "a\u{7}", "a.", "a@{b",
    ])
    func isNoBranch(_ name: String) { #expect(!FleetChange.isBranch(name)) }

    @Test(arguments: ["a", "team/label", "gx/fleet-1.2", "ünï"])
    func isABranch(_ name: String) { #expect(FleetChange.isBranch(name)) }

    @Test(arguments: ["x", "a=b", ":a=b", "f:a", "f:a[=b", "f:=b", "f:..a=1"])
    func isNoSetting(_ text: String) {
        #expect(throws: DeliveryError.self) { try FleetChange.Action(set: text) }
    }

    @Test func aPathMayHoldSignsOfItsOwn() throws {
        let action = try FleetChange.Action(set: "a/*.yaml:spec.containers[name=api].\"x=y\"=1=2")
        guard case .set(let files, let path, "1=2") = action else {
            Issue.record("\(action)")
            return
        }
        #expect(files.description == "a/*.yaml")
        #expect(path.steps.last == .key("x=y"))
    }

    @Test(arguments: ["a", "=b", "a b=c", "a/b/c=d", "a=-b", "a=b c"])
    func isNoLabel(_ text: String) {
        #expect(throws: DeliveryError.self) { try FleetChange.Action(label: text) }
    }

    // MARK: What it does to files

    private func plan(_ files: [String: String], _ actions: FleetChange.Action...) throws -> (
        files: [String: String], notes: [String]
    ) {
        let scratch = try ScratchRepository(in: folder, name: "scene-\(UInt32.random(in: 0...UInt32.max))")
        for (name, text) in files { try scratch.write(name, text) }
        try scratch.commit("Start")
        let repository = try scratch.repository()
        let places = KnownPlaces(repository)
        var edits = try FleetEdits(places.tip(of: Place())) {
            try Estate(
                ConfigurationSource(repository, resolver: places).forReading().configuration, resolver: places
            )
        }
        let plan = try edits.plan(actions, named: "shop")
        let changed = plan.files.map { ($0.path, $0.new.map { String(decoding: $0, as: UTF8.self) } ?? "-") }
        return (Dictionary(uniqueKeysWithValues: changed), plan.notes)
    }

    @Test func textStaysTextAndNumbersStayNumbers() throws {
        let text = "# why\nimage: {tag: \"1.10\"}\r\nreplicas:  2 # two\nlist: [a]\n"
        let set = { (text: String) in try FleetChange.Action(set: text) }
        let found = try plan(
            ["a/v.yaml": text, "b/other.yaml": text], set("*/v.yaml:image.tag=1.11"),
            set("a/v.yaml:replicas=3"),
            set("a/v.yaml:new.flag=true"))
        #expect(
            found.files == [
                "a/v.yaml":
                    "# why\nimage: {tag: \"1.11\"}\r\nreplicas:  3 # two\nlist: [a]\nnew:\n  flag: true\n"
            ])
    }

    @Test func whatIsSoAlreadyIsLeftAlone() throws {
        let found = try plan(
            ["v.yaml": "tag: 1.4\nother: x\n"], FleetChange.Action(set: "v.yaml:tag=1.4"),
            FleetChange.Action(set: "none.yaml:tag=1"), FleetChange.Action(set: "v.yaml:**.gone=1"))
        #expect(found.files.isEmpty)
        #expect(found.notes == ["v.yaml: **.gone leads nowhere"])
    }

    @Test func workloadsGetALabelAndTheirPatchesDoNot() throws {
        let workload = """
            apiVersion: apps/v1
            kind: Deployment
            metadata:
              name: api # ours
            spec: {template: {spec: {containers: [{name: main, image: a:1}]}}}

            """
        let found = try plan(
            [
                "base/d.yaml": workload + "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n",
                "base/kustomization.yaml": "resources: [d.yaml]\n", "over/patch.yaml": workload,
                "over/kustomization.yaml": "resources: [../base]\npatches: [{path: patch.yaml}]\n",
                "values.yaml": "containers: [{name: x}]\n",
            ], FleetChange.Action(label: "team=shop"))
        #expect(found.files.keys.sorted() == ["base/d.yaml"])
        #expect(
            found.files["base/d.yaml"]
                == workload.replacing(
                    "  name: api # ours\n", with: "  name: api # ours\n  labels:\n    team: shop\n")
                + "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n")
    }

    @Test func anImageIsRewrittenWhereverItIsPinned() throws {
        let pod = { (image: String) in
            "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: m, image: '\(image)'}]}\n"
        }
        let found = try plan(
            [
                "gx.yaml": "version: 1\nenvironments: {dev: {}, prod: {}}\nlayout: ['envs/{env}/{app}/**']\n",
                "envs/dev/a/p.yaml": pod("acme/proxy:1"), "envs/prod/a/p.yaml": pod("acme/proxy:2"),
                "envs/prod/b/p.yaml": pod("acme/api:1"),
            ], .image(try PromotionRequest.Given(.image, parsing: "acme/proxy=3")))
        #expect(
            found.files == [
                "envs/dev/a/p.yaml": pod("acme/proxy:3"), "envs/prod/a/p.yaml": pod("acme/proxy:3"),
            ])
    }

    @Test func aProgramChangesFilesWithoutAShell() throws {
        let script =
            "echo \"$0 $GX_REPOSITORY ${GITHUB_TOKEN-none}\" > new; rm gone; chmod +x tool; echo x > skipped.log"
        let found = try plan(
            [".gitignore": "*.log\n", "gone": "1", "tool": "2", "same": "3"],
            .command(["sh", "-c", script, "a; b"]))
        #expect(found.files == ["new": "a; b shop none\n", "gone": "-", "tool": "2"])
        let error = #expect(throws: DeliveryError.self) {
            try plan(["a": "1"], .command(["sh", "-c", "echo no >&2; exit 3"]))
        }
        #expect(error == .badChange("sh ended with 3: no"))
    }

    // MARK: On remotes

    private func hosted() throws -> (host: ScratchRepository, clone: ScratchRepository) {
        let source = try ScratchRepository(in: folder, name: "source")
        try source.write("v.yaml", "tag: 1\nother: 1\n")
        try source.commit("Start")
        let host = try source.clone("host.git", ["--bare"])
        return (host, try host.clone())
    }

    private func delivery(_ clone: ScratchRepository) throws -> FleetDelivery {
        try FleetDelivery(clone.repository().guarded(), named: "shop", branch: "team/tag")
    }

    private func change(_ value: Int = 2) throws -> FleetChange {
        try FleetChange(
            branch: "team/tag", message: "Tag \(value)", actions: [.init(set: "v.yaml:tag=\(value)")])
    }

    /// Plans and carries out.
    private func run(_ clone: ScratchRepository, _ change: FleetChange) throws -> FleetState {
        let delivery = try delivery(clone)
        let plan = try delivery.plan(change)
        return plan.isWork ? try delivery.carryOut(plan, of: change) : plan.state
    }

    @Test func asecondRunMakesNothingTwice() throws {
        let (host, clone) = try hosted()
        #expect(try run(clone, change()).kind == .done)
        let tip = try host.git("rev-parse", "team/tag")
        #expect(try run(clone, change()).kind == .open)
        #expect(try run(host.clone("another"), change()).kind == .open)
        #expect(try host.git("rev-parse", "team/tag") == tip)
        #expect(try host.git("show", "team/tag:v.yaml") == "tag: 2\nother: 1")
        #expect(try delivery(clone).status().kind == .open)
        #expect(try delivery(clone).merge().kind == .merged)
        #expect(try host.git("rev-parse", "main") == tip)
        #expect(try host.git("branch", "--list", "team/tag").isEmpty)
        #expect(try run(clone, change()).kind == .merged)
        #expect(try delivery(clone).status().kind == .merged)
        #expect(try run(clone, change(3)).kind == .done)
    }

    @Test func aBaseThatMovedIsMergedAndOneThatConflictsIsPlannedAnew() throws {
        let (host, clone) = try hosted()
        _ = try run(clone, change())
        let other = try host.clone("other")
        try other.write("new", "x")
        try other.commit("Beside it")
        try other.git("push", "-q")
        #expect(try run(clone, change()).kind == .open)
        #expect(try delivery(clone).merge().kind == .merged)
        #expect(try host.git("show", "main:v.yaml") == "tag: 2\nother: 1")
        #expect(try host.git("log", "-1", "--format=%s", "main") == "Tag 2")

        _ = try run(clone, change(3))
        try other.git("pull", "-q")
        try other.write("v.yaml", "tag: 9\nother: 1\n")
        try other.commit("In the way")
        try other.git("push", "-q")
        #expect(try run(clone, change(3)).kind == .done)
        #expect(try host.git("show", "team/tag:v.yaml") == "tag: 3\nother: 1")
        #expect(try host.git("merge-base", "main", "team/tag") == host.git("rev-parse", "main"))
    }

    @Test func whatOthersCommittedStays() throws {
        let (host, clone) = try hosted()
        let other = try host.clone("other")
        try other.git("checkout", "-q", "-b", "team/tag")
        try other.write("x", "1")
        try other.commit("Mine")
        try other.git("push", "-q", "origin", "team/tag")
        let tip = try host.git("rev-parse", "team/tag")
        #expect(try run(clone, change()).kind == .failed)
        #expect(try delivery(clone).close().kind != .closed)
        #expect(try host.git("rev-parse", "team/tag") == tip)
    }

    @Test func closingDeletesTheBranch() throws {
        let (host, clone) = try hosted()
        _ = try run(clone, change())
        #expect(try delivery(clone).close().kind == .closed)
        #expect(try host.git("branch", "--list", "team/tag").isEmpty)
        #expect(try delivery(clone).close().kind == .nothing)
    }

    @Test func nothingToChangeIsNoBranch() throws {
        let (host, clone) = try hosted()
        #expect(try run(clone, change(1)).kind == .nothing)
        #expect(try host.git("branch", "--list", "team/tag").isEmpty)
    }

    @Test func aPlanWritesNothing() throws {
        let (_, clone) = try hosted()
        let delivery = try delivery(clone)
        let plan = try delivery.plan(change())
        #expect(String(decoding: try plan.patch(), as: UTF8.self).contains("+tag: 2"))
        #expect(try clone.git("count-objects").hasPrefix("0 objects"))
    }
}
