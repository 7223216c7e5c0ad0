import Manifests
import Testing

/// What a helmfile's templates are filled in with, an environment at a time.
@Suite struct HelmfileValuesTests {
    private static let gx = """
        version: 1
        environments: { dev: {}, prod: { after: dev } }
        layout: [ { helmfile: helmfile.yaml } ]
        """

    private func scene(_ release: String, _ files: [String: String] = [:]) throws -> Scene {
        let helmfile = """
            environments:
              dev: { values: [ env/all.yaml, env/dev.yaml ] }
              prod: { values: [ env/all.yaml, "env/{{ .Environment.Name }}.yaml" ] }
            ---
            releases:
            - name: web
              chart: acme/web
            \(release)

            """
        let values = [
            "helmfile.yaml": helmfile, "env/all.yaml": "web: { chart: 1.0.0 }\n",
            "env/dev.yaml": "web: { chart: 1.1.0, tag: v2 }\n", "env/prod.yaml": "web: { tag: v1 }\n",
        ]
        return try Scene(values.merging(files) { $1 }, gx: Self.gx)
    }

    @Test(
        "A place that is one value leads to where that stands",
        arguments: [
            "{{ .Values.web.chart }}", "{{ .Environment.Values.web.chart | quote }}",
            "{{ .StateValues.web.chart }}",
            "{{ index .Values \"web\" \"chart\" }}", "{{ .Values | get \"web.chart\" }}",
            "{{ required \"which\" .Values.web.chart }}",
        ])
    func version(_ template: String) throws {
        let scene = try scene("  version: \(template)\n")
        #expect(try scene.pins("dev") == ["acme/web 1.1.0 from env/dev.yaml web.chart"])
        // What all environments have, with a place of prod's own.
        #expect(try scene.pins("prod") == ["acme/web 1.0.0 from env/all.yaml web.chart"])
        let own = try scene.app("web", in: "prod").slots.first?.override
        #expect(own == .values(file: "env/prod.yaml", path: ["web", "chart"]))
    }

    @Test("Inline values, an image in one piece, and `set:`")
    func values() throws {
        let inline = try scene(
            "  values: [ { image: { repository: acme/web, tag: '{{ .Values.web.tag }}' } } ]\n")
        #expect(try inline.pins("prod") == ["acme/web v1 from env/prod.yaml web.tag"])
        let whole = try scene("  values:\n  - image: acme/web:{{ .Values.web.tag }}\n")
        #expect(try whole.pins("dev") == ["acme/web v2 from env/dev.yaml web.tag"])
        let set = try scene(
            "  values: [ { image: { repository: acme/web } } ]\n  set:\n  - { name: image.tag, value: '{{ .Values.web.tag }}' }\n"
        )
        #expect(try set.pins("dev") == ["acme/web v2 from env/dev.yaml web.tag"])
    }

    @Test("A file of values that is a template")
    func templatedFile() throws {
        let scene = try scene(
            "  values: [ web.yaml.gotmpl ]\n",
            [
                "web.yaml.gotmpl":
                    "image:\n  repository: acme/web\n  tag: {{ .Values.web.tag }}\nx: {{ .Values.y }}\n"
            ])
        #expect(try scene.pins("dev") == ["acme/web v2 from env/dev.yaml web.tag"])
        #expect(try scene.pins("prod") == ["acme/web v1 from env/prod.yaml web.tag"])
    }

    @Test("Whether a release is installed")
    func condition() throws {
        let files = [
            "env/prod.yaml": "web: { enabled: false }\n", "env/dev.yaml": "web: { enabled: true }\n",
        ]
        for switched in ["condition: web.enabled", "installed: {{ .Values.web.enabled }}"] {
            let scene = try scene("  version: 1.0.0\n  \(switched)\n", files)
            #expect(try scene.apps("dev") == ["web"])
            #expect(try scene.apps("prod").isEmpty)
        }
    }

    @Test("A place that no value fills in is said, and no version")
    func unknown() throws {
        let scene = try scene(
            "  values: [ { image: { repository: acme/web, tag: '{{ .Values.gone }}' } } ]\n")
        #expect(try scene.pins("dev").isEmpty)
        #expect(try scene.notes("dev") == ["helmfile.yaml: image: the version is filled in elsewhere"])
    }
}
