import System
import TestSupport
import Testing
import YAML

/// One change in twenty repositories, by runs that are killed.
@Suite struct FleetRunTests {
    private let folder = ScratchFolder(["XDG_CACHE_HOME": nil])
    private static let count = 20

    init() throws {
        let source = try ScratchRepository(in: folder, name: "source")
        try source.write("values.yaml", "tag: 1 # the version\n")
        try source.commit("Start")
        var fleet = "version: 1\nfleet:\n"
        for number in 1...Self.count {
            try source.git("clone", "-q", "--bare", source.path, "\(folder.path)/r\(number).git")
            fleet += "  - file://\(folder.path)/r\(number).git\n"
        }
        try folder.write(folder.path + "/fleet/gx.yaml", fleet.utf8)
        // These kill whoever pushes, once: some before the branch is there, some after it is.
        for (number, moment) in [(3, "pre"), (7, "post"), (8, "pre"), (12, "post"), (20, "pre")] {
            let hook = "\(folder.path)/r\(number).git/hooks/\(moment)-receive"
            let once = "\(folder.path)/killed-\(number)"
            try folder.write(
                hook,
                "#!/bin/sh\n[ -e \(once) ] && exit 0\n: > \(once)\nkill -9 $(cat \(folder.path)/pid)\nexit 1\n"
                    .utf8)
            try folder.run("chmod", ["+x", hook])
        }
    }

    private func gx(_ words: String) throws -> Subprocess.Output {
        try Subprocess(
            "sh", ["-c", "echo $$ > ../pid; exec \(Project.gx) fleet \(words)"], purpose: "test",
            environment: folder.environment, directory: folder.path + "/fleet"
        ).run()
    }

    @Test func fiveKilledRunsMakeNothingTwice() throws {
        let change = "change --branch team/tag -m 'Tag 2' --set values.yaml:tag=2"
        var statuses: [Int32] = []
        repeat { statuses.append(try gx(change).status) } while statuses.last != 0 && statuses.count < 10
        #expect(statuses == [137, 137, 137, 137, 137, 0])
        for number in 1...Self.count {
            let log = try folder.run(
                "git", ["log", "--format=%s", "main..team/tag"], in: "\(folder.path)/r\(number).git")
            #expect(log == "Tag 2")
            let text = try folder.run(
                "git", ["show", "team/tag:values.yaml"], in: "\(folder.path)/r\(number).git")
            #expect(text == "tag: 2 # the version")
        }
        let status = try gx("status --branch team/tag -o json")
        #expect(status.status == 1)
        let rows = try #require(try JSON(parsing: status.stdout)["repositories"]?.array)
        #expect(rows.allSatisfy { $0["state"] == "open" } && rows.count == Self.count)

        #expect(try gx("merge --branch team/tag --limit 15").status == 0)
        #expect(try gx("merge --branch team/tag").status == 0)
        #expect(try gx("status --branch team/tag --quiet").status == 0)
        #expect(try gx(change).text.ranges(of: "merged").count == Self.count)
    }

    @Test func oneThatFailsDoesNotKeepItFromTheOthers() throws {
        try folder.run("rm", ["-rf", "r2.git"])
        try folder.write("\(folder.path)/r5.git/hooks/pre-receive", "#!/bin/sh\necho not here; exit 1\n".utf8)
        try folder.run("chmod", ["+x", "\(folder.path)/r5.git/hooks/pre-receive"])
        let output = try gx("change --branch team/tag -m 'Tag 2' --set values.yaml:tag=2 --limit 3 -o json")
        #expect(output.status == 137)
        let second = try gx("change --branch team/tag -m 'Tag 2' --set values.yaml:tag=2 --limit 3 -o json")
        #expect(second.status == 1)
        let rows = try #require(try JSON(parsing: second.stdout)["repositories"]?.array)
        let states = rows.prefix(7).map { $0["state"]?.string ?? "" }
        #expect(states == ["open", "failed", "done", "done", "failed", "planned", "planned"])
        #expect(rows[4]["reason"]?.string?.contains("not here") == true)
    }
}
