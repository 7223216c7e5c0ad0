import Testing

@testable import Manifests

/// How kustomizations put together what an environment runs. What is expected here is what
/// `kubectl kustomize` builds (Tests/Proofs/kustomize_parity.py compares them on real repositories).
struct KustomizeTests {
    @Test("An image of a base is inherited, with the file it comes from")
    func inherited() throws {
        let scene = try Scene([
            "base/kustomization.yaml": "resources: [ api.yaml ]\n",
            "base/api.yaml": deployment("api", "ghcr.io/acme/api:1.4"),
            "prod/kustomization.yaml": "resources: [ ../base ]\n",
        ])
        let app = try scene.app("api", in: "prod")
        #expect(
            app.slots.map(\.line) == [
                "ghcr.io/acme/api 1.4 from base/api.yaml spec.template.spec.containers[0].image"
            ])
        #expect(app.files == ["base/api.yaml", "base/kustomization.yaml", "prod/kustomization.yaml"])
        #expect(app.inherits("base/api.yaml"))
        #expect(!app.inherits("prod/kustomization.yaml"))
    }

    @Test("newTag, digest and newName of an overlay, and what they hide")
    func images() throws {
        let digest = "sha256:" + String(repeating: "ab", count: 32)
        let scene = try Scene([
            "base/kustomization.yaml": "resources: [ api.yaml ]\nimages: [ { name: api, newTag: '2' } ]\n",
            "base/api.yaml": deployment("api", "api:1", "proxy:1", "cache:1"),
            "prod/kustomization.yaml": """
            resources: [ ../base ]
            images:
            - { name: api, newName: ghcr.io/acme/api, newTag: "3" }
            - { name: proxy, digest: "\(digest)" }
            - { name: cache, newTag: "5", digest: "\(digest)" }
            """,
        ])
        let slots = try scene.app("api", in: "prod").slots
        #expect(
            slots.map(\.line) == [
                "ghcr.io/acme/api 3 from prod/kustomization.yaml images[0].newTag",
                "proxy \(digest) from prod/kustomization.yaml images[1].digest",
                "cache 5@\(digest) from prod/kustomization.yaml images[2].newTag"
                    + " and prod/kustomization.yaml images[2].digest",
            ])
        #expect(
            slots[0].hidden.map(\.line) == [
                "base/kustomization.yaml images[0].newTag",
                "base/api.yaml spec.template.spec.containers[0].image",
            ])
    }

    @Test("Images are matched by the name that they have by then")
    func renamed() throws {
        let scene = try Scene([
            "base/kustomization.yaml": """
            resources: [ api.yaml ]
            images: [ { name: api, newName: ghcr.io/acme/api } ]
            """,
            "base/api.yaml": deployment("api", "api:1"),
            "prod/kustomization.yaml": """
            resources: [ ../base ]
            images: [ { name: ghcr.io/acme/api, newTag: "2" } ]
            """,
            "staging/kustomization.yaml": """
            resources: [ ../base ]
            images: [ { name: "ghcr.io/acme/api:1", newTag: "3" }, { name: "ghcr.io/acme/api:9", newTag: "4" } ]
            """,
        ])
        #expect(try scene.versions("prod") == ["ghcr.io/acme/api 2"])
        // An entry may name the tag too; one for another tag changes nothing here.
        #expect(
            try scene.app("api", in: "staging").slots.map(\.line).first
                == "ghcr.io/acme/api 3 from staging/kustomization.yaml images[0].newTag")
    }

    @Test("A new name alone leaves the version where it stands")
    func newNameAlone() throws {
        let scene = try Scene([
            "prod/kustomization.yaml":
                "resources: [ api.yaml ]\nimages: [ { name: api, newName: mirror/api } ]\n",
            "prod/api.yaml": deployment("api", "api:1"),
        ])
        let slot = try scene.app("api", in: "prod").slots[0]
        #expect(slot.line == "mirror/api 1 from prod/api.yaml spec.template.spec.containers[0].image")
        #expect(slot.pins[0].text(for: Version(tag: "2")) == "api:2")
    }

    @Test("kustomize sets no images of ephemeral containers")
    func ephemeral() throws {
        let scene = try Scene([
            "prod/kustomization.yaml": "resources: [ pod.yaml ]\nimages: [ { name: api, newTag: '2' } ]\n",
            "prod/pod.yaml": """
            apiVersion: v1
            kind: Pod
            metadata: { name: api }
            spec:
              initContainers: [ { name: i, image: "api:1" } ]
              ephemeralContainers: [ { name: e, image: "api:1" } ]
            """,
        ])
        #expect(try scene.versions("prod") == ["api 2", "api 1"])
    }

    @Test("An entry for an image that comes from elsewhere is a pin")
    func orphan() throws {
        let scene = try Scene([
            "prod/kustomization.yaml": """
            resources: [ "https://github.com/acme/api//deploy?ref=v1.4.2" ]
            images: [ { name: ghcr.io/acme/api, newTag: v1.4.2 } ]
            """
        ])
        #expect(
            try scene.pins("prod") == [
                "https://github.com/acme/api v1.4.2 from prod/kustomization.yaml resources[0]",
                "ghcr.io/acme/api v1.4.2 from prod/kustomization.yaml images[0].newTag",
            ])
        // The ref and the image of one version are one app.
        #expect(try scene.apps("prod") == ["api"])
    }

    @Test(
        "Refs of remote bases",
        arguments: [
            ("https://github.com/acme/api//deploy?ref=v1", "v1"),
            ("github.com/acme/api//deploy?timeout=90s&ref=v1", "v1"),
            ("git@github.com:acme/api.git//deploy?version=v1", "v1"),
            ("https://github.com/acme/api//deploy?ref=${REF}", nil),
            ("https://github.com/acme/api/releases/download/v1/install.yaml", nil),
        ] as [(String, String?)])
    func remoteBases(url: String, version: String?) throws {
        let scene = try Scene(["prod/kustomization.yaml": "resources: [ \"\(url)\" ]\n"])
        let slots = try scene.estate.apps(in: "prod").flatMap(\.slots)
        #expect(slots.first?.version.tag == version)
        if let pin = slots.first?.pins.first {
            #expect(pin.text(for: Version(tag: "v2")) == url.replacing("=v1", with: "=v2"))
        } else {
            #expect(try scene.notes("prod").count == 1)
        }
    }

    @Test("Folders in folders, bases, and the same base twice on the way")
    func nested() throws {
        let scene = try Scene([
            "base/api/kustomization.yaml": "resources: [ api.yaml ]\n",
            "base/api/api.yaml": deployment("api", "api:1"),
            "base/web/kustomization.yml": "resources: [ web.yaml ]\n",
            "base/web/web.yaml": deployment("web", "web:1"),
            "middle/kustomization.yaml": "bases: [ ../base/api, ../base/web ]\n",
            "prod/kustomization.yaml": "resources: [ ../middle ]\nimages: [ { name: web, newTag: '2' } ]\n",
            "staging/kustomization.yaml":
                "resources: [ ../middle ]\nimages: [ { name: api, newTag: '3' } ]\n",
            "dev/Kustomization": "resources: [ ../middle ]\n",
        ])
        // What one overlay does to a base, another does not see.
        #expect(try scene.versions("prod") == ["api 1", "web 2"])
        #expect(try scene.versions("staging") == ["api 3", "web 1"])
        #expect(try scene.versions("dev") == ["api 1", "web 1"])
    }

    @Test("Components change what is there, and add to it")
    func components() throws {
        let scene = try Scene([
            "base/kustomization.yaml": "resources: [ api.yaml ]\n",
            "base/api.yaml": deployment("api", "api:1"),
            "component/kustomization.yaml": """
            apiVersion: kustomize.config.k8s.io/v1alpha1
            kind: Component
            resources: [ side.yaml ]
            images: [ { name: api, newTag: from-component } ]
            """,
            "component/side.yaml": deployment("side", "side:1"),
            "prod/kustomization.yaml": """
            resources: [ ../base ]
            components: [ ../component ]
            images: [ { name: side, newTag: "2" } ]
            """,
            "staging/kustomization.yaml": """
            resources: [ ../base ]
            components: [ ../component ]
            images: [ { name: api, newTag: own } ]
            """,
        ])
        #expect(try scene.versions("prod") == ["api from-component", "side 2"])
        #expect(try scene.versions("staging") == ["api own", "side 1"])
    }

    @Test("What is not in the repository is said to be so")
    func missing() throws {
        let scene = try Scene([
            "prod/kustomization.yaml": """
            resources: [ gone.yaml, ../../outside ]
            components: [ ../gone ]
            patches: [ { path: gone.yaml } ]
            """
        ])
        #expect(
            try scene.notes("prod") == [
                "prod/kustomization.yaml: 'gone.yaml' is not in this repository",
                "prod/kustomization.yaml: '../../outside' is not in this repository",
                "prod/kustomization.yaml: component '../gone' is not in this repository",
                "prod/kustomization.yaml: patch 'gone.yaml' is not in this repository",
            ])
    }

    @Test("A circle ends, and is said to be one")
    func circle() throws {
        let scene = try Scene([
            "a/kustomization.yaml": "resources: [ ../b, a.yaml ]\n", "a/a.yaml": deployment("a", "a:1"),
            "b/kustomization.yaml": "resources: [ ../a, b.yaml ]\n", "b/b.yaml": deployment("b", "b:1"),
            "prod/kustomization.yaml": "resources: [ ../a ]\n",
            "staging/kustomization.yaml": "resources: [ ../b ]\n",
            "dev/kustomization.yaml": "resources: [ . ]\n",
        ])
        #expect(try scene.versions("prod") == ["a 1", "b 1"])
        #expect(try scene.notes("prod") == ["a: the kustomization includes itself"])
        #expect(try scene.versions("staging") == ["a 1", "b 1"])
        #expect(try scene.notes("staging") == ["b: the kustomization includes itself"])
        #expect(try scene.notes("dev") == ["dev: the kustomization includes itself"])
    }

    @Test("A kustomization that can't be read, and a folder without one")
    func unreadable() throws {
        let scene = try Scene([
            "broken/kustomization.yaml": "resources: [\n", "empty/api.yaml": deployment(),
            "prod/kustomization.yaml": "resources: [ ../broken, ../empty ]\n",
        ])
        let notes = try scene.notes("prod")
        #expect(notes.count == 2)
        #expect(notes.first?.hasPrefix("broken/kustomization.yaml: line 2") == true)
        #expect(notes.last == "empty: there is no kustomization")
    }

    @Test("Generators' files, charts' values and schemas are part of an app")
    func otherFiles() throws {
        let scene = try Scene([
            "prod/kustomization.yaml": """
            resources: [ api.yaml ]
            configMapGenerator: [ { name: a, files: [ "key=../shared/a.txt" ], envs: [ b.env ], env: c.env } ]
            secretGenerator: [ { name: s, files: [ d.txt ] } ]
            configurations: [ e.yaml ]
            crds: [ f.yaml ]
            openapi: { path: g.json }
            replacements: [ { path: h.yaml } ]
            helmCharts: [ { name: x, valuesFile: i.yaml, additionalValuesFiles: [ j.yaml ] } ]
            """,
            "prod/api.yaml": deployment(), "shared/a.txt": "1", "prod/b.env": "1", "prod/c.env": "1",
            "prod/d.txt": "1", "prod/e.yaml": "1", "prod/f.yaml": "1", "prod/g.json": "1", "prod/h.yaml": "1",
            "prod/i.yaml": "a: 1", "prod/j.yaml": "a: 1",
        ])
        #expect(
            try scene.app("api", in: "prod").files == [
                "prod/api.yaml", "prod/b.env", "prod/c.env", "prod/d.txt", "prod/e.yaml", "prod/f.yaml",
                "prod/g.json", "prod/h.yaml", "prod/i.yaml", "prod/j.yaml", "prod/kustomization.yaml",
                "shared/a.txt",
            ])
    }

    @Test("Charts, their values inline and in files")
    func charts() throws {
        let chart = """
            name: redis
            repo: https://charts.example.com/stable
            version: 1.2.3
            releaseName: cache
            valuesFile: values.yaml
            valuesInline: { image: { tag: "7.2" } }
            """
        let scene = try Scene([
            "prod/kustomization.yaml":
                "helmCharts:\n- " + chart.replacing("\n", with: "\n  "),
            "prod/values.yaml": "image: { repository: redis, tag: '7.0' }\n",
            "staging/kustomization.yaml": "generators: [ chart.yaml ]\n",
            "staging/chart.yaml":
                "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: { name: redis }\n" + chart,
            "staging/values.yaml": "image: { repository: redis, tag: '7.0' }\n",
        ])
        #expect(
            try scene.pins("prod") == [
                "https://charts.example.com/stable/redis 1.2.3 from prod/kustomization.yaml helmCharts[0].version",
                "redis 7.2 from prod/kustomization.yaml helmCharts[0].valuesInline.image.tag",
            ])
        #expect(
            try scene.pins("staging") == [
                "https://charts.example.com/stable/redis 1.2.3 from staging/chart.yaml version",
                "redis 7.2 from staging/chart.yaml valuesInline.image.tag",
            ])
        #expect(try scene.apps("prod") == ["cache"])
    }

    @Test("Transformers that set images or patch")
    func transformers() throws {
        let scene = try Scene([
            "prod/kustomization.yaml": """
            resources: [ api.yaml ]
            images: [ { name: api, newTag: "2" } ]
            transformers: [ tag.yaml, patch.yaml ]
            """,
            "prod/api.yaml": deployment("api", "api:1", "side:1"),
            "prod/tag.yaml": """
            apiVersion: builtin
            kind: ImageTagTransformer
            metadata: { name: tag }
            imageTag: { name: api, newTag: "3" }
            """,
            "prod/patch.yaml": """
            apiVersion: builtin
            kind: PatchTransformer
            metadata: { name: patch }
            target: { kind: Deployment }
            patch: '[{ "op": "replace", "path": "/spec/template/spec/containers/1/image", "value": "side:4" }]'
            """,
        ])
        #expect(
            try scene.pins("prod") == [
                "api 3 from prod/tag.yaml imageTag.newTag", "side 4 from prod/patch.yaml patch > [0].value",
            ])
    }

    @Test("A version that is filled in elsewhere is not known, and said so")
    func substitutions() throws {
        let scene = try Scene([
            "prod/kustomization.yaml":
                "resources: [ api.yaml ]\nimages: [ { name: api, newTag: '${TAG}' } ]\n",
            "prod/api.yaml": deployment("api", "api:1"),
        ])
        let slot = try scene.app("api", in: "prod").slots[0]
        #expect(slot.pins == [])
        #expect(slot.hidden.count == 1)
        #expect(
            try scene.notes("prod") == [
                "prod/kustomization.yaml: images: the version of 'api' is filled in elsewhere"
            ])
    }

    @Test("Symbolic links to files and folders are followed, not out of the repository")
    func links() throws {
        let scene = try Scene([
            "base/kustomization.yaml": "resources: [ api.yaml ]\n",
            "base/api.yaml": "-> ../files/api.yaml", "files/api.yaml": deployment("api", "api:1"),
            "linked": "-> base", "outside": "-> ../../etc", "round": "-> round",
            "prod/kustomization.yaml": "resources: [ ../linked ]\n",
            "staging/kustomization.yaml": "resources: [ ../outside/passwd, ../round ]\n",
        ])
        #expect(
            try scene.pins("prod") == ["api 1 from files/api.yaml spec.template.spec.containers[0].image"])
        #expect(try scene.notes("staging").count == 2)
    }

    @Test("An override would go to the environment's own kustomization")
    func override() throws {
        let scene = try Scene([
            "base/kustomization.yaml":
                "resources: [ api.yaml ]\nimages: [ { name: api, newName: ghcr.io/acme/api } ]\n",
            "base/api.yaml": deployment("api", "api:1"),
            "prod/kustomization.yaml": "resources: [ ../base ]\n",
        ])
        #expect(
            try scene.app("api", in: "prod").slots[0].override
                == .kustomization(file: "prod/kustomization.yaml", image: "ghcr.io/acme/api"))
    }

    @Test("An override that no resource uses is not in force, unless what uses it may be elsewhere")
    func unusedImages() throws {
        let images = "images: [ { name: acme/other, newTag: '9' } ]\n"
        let scene = try Scene([
            "prod/kustomization.yaml": "resources: [ api.yaml ]\n\(images)",
            "prod/api.yaml": deployment("api", "acme/api:1"),
            "staging/kustomization.yaml": "resources: [ 'https://github.com/acme/base?ref=v1' ]\n\(images)",
            "dev/kustomization.yaml": images,
        ])
        #expect(try scene.versions("prod") == ["acme/api 1"])
        #expect(
            try scene.notes("prod") == [
                "prod/kustomization.yaml: images: no resource uses 'acme/other', so its version is not in force"
            ])
        #expect(try scene.versions("staging").contains("acme/other 9"))
        #expect(try scene.versions("dev") == ["acme/other 9"])
    }

    @Test("A chart behind a reference belongs to the one release that uses it")
    func chartReference() throws {
        let scene = try Scene([
            "prod/all.yaml": """
            apiVersion: source.toolkit.fluxcd.io/v1
            kind: OCIRepository
            metadata: { name: web-chart, namespace: flux-system }
            spec: { url: oci://ghcr.io/acme/charts/web, ref: { tag: 1.2.3 } }
            ---
            apiVersion: helm.toolkit.fluxcd.io/v2
            kind: HelmRelease
            metadata: { name: web, namespace: shop }
            spec: { chartRef: { kind: OCIRepository, name: web-chart, namespace: flux-system } }
            """
        ])
        #expect(try scene.apps("prod") == ["web"])
        #expect(try scene.versions("prod") == ["ghcr.io/acme/charts/web 1.2.3"])
    }
}
