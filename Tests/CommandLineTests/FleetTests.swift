import System
import TestSupport
import Testing
import YAML

@testable import gx

/// What a fleet answers is what each of its repositories answers alone, put together.
@Suite struct FleetTests {
    private let folder: ScratchFolder
    private static let names = ["cart", "pay", "web"]

    init() throws {
        folder = ScratchFolder(["XDG_CACHE_HOME": nil])
        for (number, name) in Self.names.enumerated() {
            let scratch = try ScratchRepository(in: folder, name: name)
            try scratch.write(
                "gx.yaml",
                "version: 1\nenvironments: {dev: {}, prod: {after: dev}}\nlayout: ['envs/{env}/{app}/**']\n")
            for environment in ["dev", "prod"] { try write(environment, name, 1, scratch) }
            try scratch.commit("Start")
            try write("dev", name, 2, scratch)
            try scratch.commit("Deploy 2, PROJ-7")
            guard number > 0 else { continue }
            try write("prod", name, 2, scratch)
            try scratch.commit("Promote 2")
        }
        try folder.run("git", ["clone", "-q", "--bare", "web", "web.git"])
        try folder.write(
            folder.path + "/fleet/gx.yaml",
            "version: 1\nfleet: [../cart, ../pay, 'file://\(folder.path)/web.git']\n".utf8)
    }

    private func write(
        _ environment: String, _ app: String, _ version: Int, _ scratch: ScratchRepository
    ) throws {
        try scratch.write(
            "envs/\(environment)/\(app)/pod.yaml",
            """
            apiVersion: v1
            kind: Pod
            metadata: {name: \(app)}
            spec: {containers: [{name: main, image: "acme/\(app):\(version)"}]}

            """)
    }

    private func gx(_ place: String, _ words: [String]) throws -> Subprocess.Output {
        try Subprocess(
            Project.gx, words, purpose: "test",
            environment: folder.environment.setting(["GIT_TEST_DATE_NOW": "1772442000"]),
            directory: folder.path + "/" + place
        ).run()
    }

    @Test(arguments: [
        ["status"], ["status", "prod"], ["status", "--issues"], ["trace", "PROJ-7"], ["trace", "log"],
        ["trace", "log", "--issues"], ["leadtime"], ["leadtime", "--by", "app"],
        ["leadtime", "--issue", "PROJ-7"], ["trace", "diff", "dev", "prod"], ["trace", "diff", "prod"],
        ["trace", "diff", "dev", "prod", "--issues"],
    ])
    func answersAreThoseOfEachPutTogether(_ question: [String]) throws {
        let all = try gx("fleet", question + ["-o", "json"])
        let answer = try JSON(parsing: all.stdout)
        var expected: [String: [JSON]] = [:]
        for name in Self.names {
            let alone = try JSON(parsing: gx(name, question + ["-o", "json"]).stdout)
            #expect(answer["schema"] == alone["schema"])
            for field in alone.fields ?? []
            where !["read", "fetched", "layout", "schema", "complete"].contains(field.key) {
                guard let list = field.value.array, list.allSatisfy({ $0.fields != nil }) else {
                    let own = answer["repositories"]?.array?.first { $0["repository"]?.string == name }
                    #expect(own?[field.key] == field.value, "\(name) \(field.key)")
                    continue
                }
                expected[field.key, default: []] += list.map {
                    .object([JSON.Field("repository", .string(name))] + ($0.fields ?? []))
                }
            }
        }
        #expect(!expected.isEmpty)
        for (key, list) in expected {
            #expect(Set(answer[key]?.array ?? []) == Set(list), "\(key)")
            #expect(answer[key]?.array?.count == list.count, "\(key)")
        }
        #expect(all.status == 0)
    }

    @Test func eventsAreThoseOfAllInTheOrderOfTime() throws {
        func events(_ place: String) throws -> [JSON] {
            try gx(place, ["trace", "export"]).text.split(separator: "\n").map {
                try JSON(parsing: Array($0.utf8))
            }
        }
        let all = try events("fleet")
        let times = all.compactMap { $0["context"]?["timestamp"]?.string }
        #expect(times.count == all.count && times == times.sorted())
        for name in Self.names {
            let own = all.filter { $0["customData"]?["repository"]?.string == name }
            #expect(try own.map { $0["subject"] } == events(name).map { $0["subject"] }, "\(name)")
        }
    }

    @Test func configurationIsComparedInOneRepository() throws {
        let output = try gx("fleet", ["trace", "diff", "dev", "prod", "--configuration"])
        #expect(output.status == 2 && output.message.contains("--configuration is of one repository"))
    }

    @Test func rowsOfCSVNameTheirRepository() throws {
        let lines = try gx("fleet", ["status", "-o", "csv"]).text.split(separator: "\r\n")
        #expect(lines.first?.hasPrefix("repository,app,environment,") == true)
        let alone = try Self.names.flatMap { name in
            try gx(name, ["status", "-o", "csv"]).text.split(separator: "\r\n").dropFirst().map {
                "\(name),\($0)"
            }
        }
        #expect(lines.dropFirst().map(String.init) == alone)
    }

    @Test func deploymentsGoByTimeAndAreCountedTogether() throws {
        let answer = try JSON(parsing: gx("fleet", ["trace", "log", "-n", "4", "-o", "json"]).stdout)
        let rows = try #require(answer["deployments"]?.array)
        #expect(rows.count == 4)
        let times = rows.compactMap { $0["time"]?.string }
        #expect(times == times.sorted(by: >))
    }

    @Test func assertionsHoldWhereAllSaySo() throws {
        #expect(try gx("fleet", ["trace", "PROJ-7", "--in", "dev", "--quiet"]).status == 0)
        #expect(try gx("fleet", ["trace", "PROJ-7", "--in", "prod", "--quiet"]).status == 1)
        #expect(try gx("fleet", ["trace", "PROJ-8", "--in", "prod"]).status == 3)
        #expect(try gx("fleet", ["trace", "log", "--in", "prdo"]).status == 2)
    }

    @Test func whatIsOutOfReachIsNamedAndMakesNothingSure() throws {
        _ = try gx("fleet", ["status"])
        try folder.run("mv", ["web.git", "gone.git"])
        try folder.run("mv", ["pay", "gone"])
        for (environment, word) in [("dev", "yes"), ("prod", "no")] {
            let output = try gx("fleet", ["trace", "PROJ-7", "--in", environment])
            #expect(output.status == 3)
            #expect(output.text.contains("\(word): PROJ-7"))
            #expect(output.message.contains("pay: there is no folder ../pay"))
            #expect(output.message.contains("it answers as it was fetched last"))
        }
        let status = try gx("fleet", ["status", "-o", "json"])
        #expect(status.status == 3)
        let answer = try JSON(parsing: status.stdout)
        #expect(answer["complete"] == .bool(false))
        #expect(answer["apps"]?.array?.count == 2)
    }

    @Test func nothingOfAMemberRuns() throws {
        let pay = ScratchRepository(at: folder.path + "/pay", in: folder)
        try pay.git("config", "core.fsmonitor", "touch \(folder.path)/ran; false")
        #expect(try gx("fleet", ["status"]).status == 0)
        #expect(try folder.read(folder.path + "/ran") == nil)
    }

    @Test func othersAreAboutOneRepository() throws {
        try folder.run("git", ["init", "-q"], in: folder.path + "/fleet")
        try folder.run("git", ["add", "."], in: folder.path + "/fleet")
        try folder.run("git", ["commit", "-qm", "Fleet"], in: folder.path + "/fleet")
        let output = try gx("fleet", ["trace", "explain", "HEAD"])
        #expect(output.status == 2)
        #expect(output.message.contains("gx.yaml names a fleet"))
    }
}
