import System
import Testing

@testable import Manifests

/// Patches that set images. What is expected here is what `kubectl kustomize` builds.
struct KustomizePatchTests {
    /// What a patched Deployment `api` of the images `api:1` and `side:1` runs.
    private func pins(
        patched kustomization: String, _ files: [String: String] = [:],
        base: String = deployment("api", "api:1", "side:1")
    ) throws -> [String] {
        try scene(kustomization, files, base).pins("prod")
    }

    private func scene(_ kustomization: String, _ files: [String: String] = [:], _ base: String) throws
        -> Scene
    {
        let own = [
            "base/kustomization.yaml": "resources: [ api.yaml ]\n", "base/api.yaml": base,
            "prod/kustomization.yaml": "resources: [ ../base ]\n" + kustomization,
        ]
        return try Scene(own.merging(files) { $1 })
    }

    private let base = "from base/api.yaml spec.template.spec.containers"

    @Test("A strategic merge in a file, by either key")
    func mergeFile() throws {
        for key in ["patchesStrategicMerge: [ api.yaml ]", "patches: [ { path: api.yaml } ]"] {
            #expect(
                try pins(patched: key, ["prod/api.yaml": deployment("api", "side:2")]) == [
                    "side 2 from prod/api.yaml spec.template.spec.containers[0].image",
                    "api 1 \(base)[0].image",
                ])
        }
    }

    @Test("A strategic merge inline")
    func mergeInline() throws {
        let patch = deployment("api", "side:2").replacing("\n", with: "\n    ")
        for key in ["patchesStrategicMerge:\n- |\n    \(patch)", "patches:\n- patch: |\n    \(patch)"] {
            let list = key.hasPrefix("patches:") ? "patches[0].patch" : "patchesStrategicMerge[0]"
            #expect(
                try pins(patched: key) == [
                    "side 2 from prod/kustomization.yaml \(list) > spec.template.spec.containers[0].image",
                    "api 1 \(base)[0].image",
                ])
        }
    }

    @Test("A patch hides what stood there, and its pin can be rewritten")
    func hidden() throws {
        let scene = try scene(
            "patches: [ { path: api.yaml } ]",
            ["prod/api.yaml": deployment("api", "mirror/api:2").replacing("name: mirror", with: "name: api")],
            deployment("api", "api:1"))
        let slot = try scene.app("api", in: "prod").slots[0]
        #expect(slot.hidden.map(\.line) == ["base/api.yaml spec.template.spec.containers[0].image"])
        #expect(slot.pins[0].text(for: Version(tag: "3")) == "mirror/api:3")
    }

    @Test("A merge adds containers, and takes them away")
    func addAndDelete() throws {
        let patch = """
            apiVersion: apps/v1
            kind: Deployment
            metadata: { name: api }
            spec:
              template:
                spec:
                  containers: [ { name: new, image: "new:1" }, { name: side, $patch: delete } ]
            """
        #expect(
            try pins(patched: "patches: [ { path: p.yaml } ]", ["prod/p.yaml": patch]) == [
                "new 1 from prod/p.yaml spec.template.spec.containers[0].image", "api 1 \(base)[0].image",
            ])
    }

    @Test("A merge may replace the list, drop it, or delete the object")
    func directives() throws {
        func patch(_ spec: String) -> [String: String] {
            ["prod/p.yaml": "{ apiVersion: apps/v1, kind: Deployment, metadata: { name: api }, \(spec) }"]
        }
        let list = "patches: [ { path: p.yaml } ]"
        #expect(
            try pins(
                patched: list,
                patch(
                    #"spec: { template: { spec: { containers: [ { name: x, image: "x:1" }, { $patch: replace } ] } } }"#
                )
            ) == ["x 1 from prod/p.yaml spec.template.spec.containers[0].image"])
        #expect(try pins(patched: list, patch("spec: { template: { spec: { containers: null } } }")) == [])
        #expect(
            try pins(
                patched: list,
                patch(
                    #"spec: { template: { $patch: replace, spec: { initContainers: [ { name: y, image: "y:1" } ] } } }"#
                )
            ) == ["y 1 from prod/p.yaml spec.template.spec.initContainers[0].image"])
        #expect(try pins(patched: list, patch("$patch: delete")) == [])
    }

    @Test("Lists of kinds that Kubernetes does not have are replaced whole")
    func customKind() throws {
        let rollout = deployment("api", "api:1", "side:1").replacing("apps/v1", with: "argoproj.io/v1alpha1")
            .replacing("Deployment", with: "Rollout")
        let patch = deployment("api", "api:2").replacing("apps/v1", with: "argoproj.io/v1alpha1")
            .replacing("Deployment", with: "Rollout")
        #expect(
            try pins(patched: "patches: [ { path: p.yaml } ]", ["prod/p.yaml": patch], base: rollout) == [
                "api 2 from prod/p.yaml spec.template.spec.containers[0].image"
            ])
    }

    @Test("A merge is for the object of that name, as it was or is called")
    func names() throws {
        let files = [
            "base/kustomization.yaml": "resources: [ api.yaml ]\nnamePrefix: eu-\n",
            "prod/old.yaml": deployment("api", "api:2"), "prod/new.yaml": deployment("eu-api", "side:3"),
            "prod/other.yaml": deployment("other", "api:9"),
        ]
        #expect(
            try pins(patched: "patches: [ { path: old.yaml }, { path: new.yaml } ]", files) == [
                "side 3 from prod/new.yaml spec.template.spec.containers[0].image",
                "api 2 from prod/old.yaml spec.template.spec.containers[0].image",
            ])
    }

    @Test(
        "JSON patches",
        arguments: [
            (
                #"{ "op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "api:2" }"#,
                ["api 2", "side 1"]
            ),
            (
                #"{ "op": "add", "path": "/spec/template/spec/containers/1/image", "value": "side:2" }"#,
                ["api 1", "side 2"]
            ),
            (
                #"{ "op": "add", "path": "/spec/template/spec/containers/-", "value": { "name": "n", "image": "n:1" } }"#,
                ["api 1", "side 1", "n 1"]
            ),
            (
                #"{ "op": "add", "path": "/spec/template/spec/containers/0", "value": { "name": "n", "image": "n:1" } }"#,
                ["n 1", "api 1", "side 1"]
            ),
            (
                #"{ "op": "add", "path": "/spec/template/spec/initContainers", "value": [ { "name": "i", "image": "i:1" } ] }"#,
                ["api 1", "side 1", "i 1"]
            ),
            (#"{ "op": "remove", "path": "/spec/template/spec/containers/0" }"#, ["side 1"]),
            (
                #"{ "op": "replace", "path": "/spec/template", "value": { "spec": { "containers": [ { "name": "t", "image": "t:1" } ] } } }"#,
                ["t 1"]
            ),
            (#"{ "op": "test", "path": "/kind", "value": "Deployment" }"#, ["api 1", "side 1"]),
            (
                #"{ "op": "replace", "path": "/spec/template/spec/containers/7/image", "value": "x:1" }"#,
                ["api 1", "side 1"]
            ),
        ])
    func jsonPatches(operation: String, versions: [String]) throws {
        let target = "target: { kind: Deployment, name: api }"
        let base = deployment("api", "api:1", "side:1")
        let inline = try scene("patches:\n- \(target)\n  patch: '[\(operation)]'\n", [:], base)
        #expect(try inline.versions("prod") == versions)
        let file = try scene(
            "patchesJson6902: [ { \(target), path: p.json } ]", ["prod/p.json": "[\(operation)]"], base)
        #expect(try file.versions("prod") == versions)
    }

    @Test("A JSON patch that sets an image is its pin")
    func jsonPin() throws {
        let patch = "- op: replace\n  path: /spec/template/spec/containers/0/image\n  value: api:2\n"
        #expect(
            try pins(
                patched: "patches: [ { target: { kind: Deployment }, path: p.yaml } ]", ["prod/p.yaml": patch]
            ) == ["api 2 from prod/p.yaml [0].value", "side 1 \(base)[1].image"])
    }

    @Test("Escaped keys of a JSON patch")
    func escapes() throws {
        let custom = """
            apiVersion: example.com/v1
            kind: Fleet
            metadata: { name: api }
            spec: { "a/b~c": { containers: [ { name: api, image: "api:1" } ] } }
            """
        let patch = #"[{ "op": "replace", "path": "/spec/a~1b~0c/containers/0/image", "value": "api:2" }]"#
        #expect(
            try pins(
                patched: "patches: [ { target: { kind: Fleet }, path: p.json } ]", ["prod/p.json": patch],
                base: custom)
                == ["api 2 from prod/p.json [0].value"])
    }

    @Test(
        "Targets",
        arguments: [
            ("kind: Deployment", true), ("kind: StatefulSet", false), ("name: api", true),
            ("name: ap", false),
            ("name: a.*", true), ("name: \"^(api|web)$\"", true), ("name: web|api", true),
            ("group: apps", true),
            ("group: batch", false), ("version: v1", true), ("version: v2", false), ("namespace: shop", true),
            ("namespace: default", false), ("labelSelector: tier=backend", true),
            ("labelSelector: \"tier in (frontend, backend),!legacy\"", true),
            ("labelSelector: tier!=backend", false),
            ("labelSelector: \"tier notin (backend)\"", false), ("labelSelector: missing", false),
            ("labelSelector: team=shop", true), ("annotationSelector: owner=ann", true),
            ("annotationSelector: owner=bob", false), ("labelSelector: \"tier == backend, team\"", true),
        ])
    func targets(target: String, isMatched: Bool) throws {
        let base = deployment("api", "api:1").replacing(
            "{ name: api }\n",
            with: "{ name: api, namespace: shop, labels: { tier: backend }, annotations: { owner: ann } }\n")
        let versions = try scene(
            """
            patches:
            - target: { \(target) }
              patch: '[{ "op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "api:2" }]'
            """,
            ["base/kustomization.yaml": "resources: [ api.yaml ]\ncommonLabels: { team: shop }\n"], base
        ).versions("prod")
        #expect(versions == [isMatched ? "api 2" : "api 1"])
    }

    @Test("A patch of an object that a remote base holds is a pin")
    func remote() throws {
        let remote = "resources: [ 'https://github.com/acme/api//deploy?ref=v1' ]\n"
        let json =
            #"[{ "op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "acme/api:3" }]"#
        let scene = try Scene([
            "prod/kustomization.yaml": remote + "patches: [ { path: api.yaml } ]\n",
            "prod/api.yaml": deployment("api", "acme/api:2"),
            "staging/kustomization.yaml":
                remote + "patches: [ { target: { kind: Deployment, name: api }, path: api.json } ]\n",
            "staging/api.json": json,
        ])
        #expect(
            try scene.pins("prod").first
                == "acme/api 2 from prod/api.yaml spec.template.spec.containers[0].image")
        #expect(try scene.pins("staging").first == "acme/api 3 from staging/api.json [0].value")
    }

    @Test("A patch of what is not there changes nothing, where all is known")
    func noMatch() throws {
        let patch =
            #"[{ "op": "replace", "path": "/spec/template/spec/containers/0/image", "value": "x:1" }]"#
        #expect(
            try pins(
                patched: "patches: [ { target: { kind: Job, name: x }, path: p.json } ]",
                ["prod/p.json": patch],
                base: deployment("api", "api:1")) == ["api 1 \(base)[0].image"])
    }

    @Test("Images come after patches; an outer patch comes after inner images")
    func order() throws {
        let files = ["prod/api.yaml": deployment("api", "api:2")]
        #expect(
            try pins(
                patched: "patches: [ { path: api.yaml } ]\nimages: [ { name: api, newTag: '3' } ]\n", files,
                base: deployment("api", "api:1")) == ["api 3 from prod/kustomization.yaml images[0].newTag"])
        let inner = [
            "base/kustomization.yaml": "resources: [ api.yaml ]\nimages: [ { name: api, newTag: '3' } ]\n"
        ]
        let scene = try scene(
            "patches: [ { path: api.yaml } ]\n", files.merging(inner) { $1 }, deployment("api", "api:1"))
        let slot = try scene.app("api", in: "prod").slots[0]
        #expect(slot.line == "api 2 from prod/api.yaml spec.template.spec.containers[0].image")
        #expect(
            slot.hidden.map(\.line) == [
                "base/kustomization.yaml images[0].newTag",
                "base/api.yaml spec.template.spec.containers[0].image",
            ])
    }

    @Test("A patch that can't be followed is said to be left alone")
    func notes() throws {
        let scene = try scene(
            """
            patches:
            - patch: "a: [ 1"
            - patch: '[{ "op": "replace", "path": "/a", "value": 1 }]'
            - { path: broken.yaml }
            - target: { kind: Deployment }
              patch: '[{ "op": "move", "path": "/a", "from": "/b" }, { "op": "add" }, { "op": "add", "path": "/a" }]'
            """,
            ["prod/broken.yaml": "a: [ 1\n"], deployment("api", "api:1"))
        let notes = try scene.notes("prod")
        #expect(notes.count == 6)
        #expect(notes[0].hasPrefix("prod/kustomization.yaml: an inline patch: line "))
        #expect(notes[1] == "prod/kustomization.yaml: a JSON patch has no target")
        #expect(notes[2].hasPrefix("prod/broken.yaml: "))
        #expect(
            notes[3...] == [
                "prod/kustomization.yaml: a part of a JSON patch: 'move' is not followed",
                "prod/kustomization.yaml: a part of a JSON patch: an operation without 'op' or 'path'",
                "prod/kustomization.yaml: a part of a JSON patch: 'add' without a value",
            ])
    }

    @Test("No path leads into the second document of an inline patch: what it sets is no pin")
    func secondDocument() throws {
        let patch = (deployment("web", "web:2") + "---\n" + deployment("api", "api:2"))
            .replacing("\n", with: "\n    ")
        let scene = try scene(
            "patches:\n- patch: |\n    \(patch)",
            [
                "base/kustomization.yaml": "resources: [ api.yaml, web.yaml ]\n",
                "base/web.yaml": deployment("web", "web:1"),
            ],
            deployment("api", "api:1"))
        #expect(try scene.app("web", in: "prod").slots[0].version.tag == "2")
        let slot = try scene.app("api", in: "prod").slots[0]
        #expect(slot.pins == [])
        #expect(slot.hidden.count == 1)
    }
}
