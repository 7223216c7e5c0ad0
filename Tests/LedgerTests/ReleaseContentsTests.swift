import Git
import Ledger
import Manifests
import TestSupport
import Testing

@Suite struct ReleaseContentsTests {
    private func deployment(_ tag: String) -> String {
        "kind: Deployment\nmetadata: {name: api}\nspec: {template: {spec: {containers: [{name: api, image: acme/api:\(tag)}]}}}\n"
    }

    /// What came since the pin last said a version, in the history of the manifests; other files do not count.
    @Test func whatCameSinceAVersion() throws {
        let scratch = try ScratchRepository()
        func commit(_ file: String, _ text: String, _ message: String) throws {
            try scratch.write(file, text)
            try scratch.commit(message)
        }
        try commit("envs/dev/api/api.yaml", deployment("1"), "Start")
        try commit("envs/dev/api/api.yaml", deployment("2"), "PROJ-1 invoices (#4)")
        try commit("README.md", "hello", "PROJ-9 words")
        try commit("envs/dev/api/settings.yaml", "a: 1", "PROJ-2 settings")
        try commit("envs/dev/api/api.yaml", deployment("3"), "PROJ-3 taxes")
        let configuration = try Configuration(
            parsing: Array("version: 1\nenvironments: {dev: {}}\nlayout: [\"envs/{env}/{app}/**\"]\n".utf8))
        let estate = try Estate(configuration, resolver: KnownPlaces(try scratch.repository()))
        let app = try #require(try estate.app("api", in: "dev"))
        let slot = try #require(app.slots.first)
        let found = try ContentsSearch(estate).spans(
            since: [(slot, Version("2")), (slot, Version("1")), (slot, Version("0"))], in: app)
        #expect(found[0]?.entries.flatMap(\.mentions.issues) == ["PROJ-3"])
        #expect(found[1]?.entries.flatMap(\.mentions.issues) == ["PROJ-3", "PROJ-2", "PROJ-1"])
        #expect(found[1]?.entries.last?.mentions.pullRequests == ["4"])
        #expect(found[2]?.isKnown == false)
    }
}
