import System
import TestSupport
import Testing
import YAML

/// `gx trace bisect` with a check.
@Suite struct BisectTests {
    private let folder = ScratchFolder()

    init() throws {
        let scratch = try ScratchRepository(in: folder, name: "shop")
        try scratch.write(
            "gx.yaml", "version: 1\nenvironments: {prod: {}}\nlayout: ['envs/{env}/{app}/**']\n")
        try scratch.commit("Start")
        for version in 1...20 {
            try scratch.write(
                "envs/prod/api/pod.yaml",
                """
                apiVersion: v1
                kind: Pod
                metadata: {name: api}
                spec: {containers: [{name: main, image: "acme/api:\(version)"}]}

                """)
            try scratch.commit("Deploy \(version), PROJ-\(version)")
        }
    }

    private func bisect(_ script: String) throws -> (status: Int32, answer: JSON) {
        let output = try Subprocess(
            Project.gx,
            [
                "trace", "bisect", "prod", "--good", "2026-01-01T00:03:30Z", "-o", "json", "--quiet", "--",
                "sh",
                "-c", script, "{commit}",
            ], purpose: "test", environment: folder.environment, directory: folder.path + "/shop"
        ).run()
        return (output.status, try JSON(parsing: output.stdout))
    }

    /// The version is read from the variable, and from the commit that the check is given.
    @Test(arguments: [4, 11, 19, 20])
    func theDeploymentIsNamed(_ first: Int) throws {
        let (status, answer) = try bisect(
            "v=$(git show $0:envs/prod/api/pod.yaml | sed -n 's/.*api:\\([0-9]*\\).*/\\1/p'); "
                + "[ \"$GX_VERSIONS\" = prod/api=$v ] || exit 200; [ $v -lt \(first) ]")
        #expect(status == 0)
        let found = answer["deployments"]?.array ?? []
        #expect(found.count == 1)
        #expect(found.first?["issues"] == ["\("PROJ-\(first)")"].json)
        #expect((answer["asked"]?.array?.count ?? 99) <= 5)
    }

    @Test func whatTheCheckCanNotTellStaysOpen() throws {
        let (status, answer) = try bisect(
            "v=${GX_VERSIONS#*=}; [ $v -ge 10 ] && [ $v -le 12 ] && exit 125; [ $v -lt 11 ]")
        #expect(status == 3)
        #expect(answer["deployments"]?.array?.count == 4)
    }

    @Test func nobodyToAskIsAnError() throws {
        let output = try Subprocess(
            Project.gx, ["trace", "bisect", "prod", "--good", "2026-01-01T00:03:30Z"], purpose: "test",
            environment: folder.environment, directory: folder.path + "/shop"
        ).run()
        #expect(output.status == 2)
        #expect(output.message.contains("nobody to ask"))
    }
}

extension [String] {
    fileprivate var json: JSON { .array(map(JSON.string)) }
}
