import Manifests
import TestSupport
import Testing

@Suite struct FileUsersTests {
    /// Looking for names finds the same users as reading everything does, for every file.
    @Test func lookingForNamesFindsEveryUser() throws {
        let scratch = try ScratchRepository()
        let deployment =
            "kind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: api, image: acme/api:1}]}}}\n"
        let files = [
            "base/deep/kustomization.yaml": "resources: [api.yaml]\n",
            "base/deep/api.yaml": deployment,
            "base/kustomization.yaml": "resources:\n- deep\n- ./other.yaml\n",
            "base/other.yaml": deployment,
            "parts/tls/kustomization.yaml": "kind: Component\npatches:\n- path: tls.yaml\n",
            "parts/tls/tls.yaml": "kind: Deployment\nmetadata: {name: api}\n",
            "envs/dev/api/kustomization.yaml":
                "resources:\n- ../../../base\ncomponents:\n- '../../../parts/tls'\n",
            "envs/qa/api/kustomization.yaml": "resources:\n- ..\n",
            "envs/qa/kustomization.yaml": "resources: [\"../../base/deep\"]\n",
            "envs/prod/api/kustomization.yaml":
                "resources: [more]\npatches:\n- path: ../../dev/api/patch.yaml\n",
            "envs/prod/api/more/kustomization.yaml": "resources: [../../../../base/other.yaml]\n",
            "envs/dev/api/patch.yaml": "kind: Deployment\nmetadata: {name: api}\n",
            "envs/prod/web/web.yaml": deployment,
        ]
        for (path, text) in files { try scratch.write(path, text) }
        try scratch.commit("Start")
        let configuration = try Configuration(
            parsing: Array(
                "version: 1\nenvironments: {dev: {}, qa: {}, prod: {}}\nlayout: [\"envs/{env}/{app}/**\"]\n"
                    .utf8))
        let places = KnownPlaces(try scratch.repository())
        let estate = try Estate(configuration, resolver: places)
        let all = try estate.units.flatMap { try estate.apps(of: $0) }
        for file in files.keys.sorted() {
            let expected = all.filter { $0.files.contains(file) }.map { "\($0.environment)/\($0.app)" }
            let unread = try Estate(configuration, resolver: places)
            let found = try unread.users(of: file, at: Place()).map { "\($0.environment)/\($0.app)" }
            #expect(found == expected, "\(file)")
        }
        #expect(all.filter { $0.files.contains("base/deep/api.yaml") }.map(\.environment) == ["dev", "qa"])
        #expect(
            all.filter { $0.files.contains("envs/dev/api/patch.yaml") }.map(\.environment) == ["dev", "prod"])
    }
}
