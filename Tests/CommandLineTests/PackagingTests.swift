import System
import TestSupport
import Testing
import YAML

private let isPossible = ["dpkg-deb", "python3", "curl", "gzip"].allSatisfy(Project.canRun)

/// What `docs/packaging/release` makes of an executable. A script stands for it: what it is does not matter here.
@Suite(.enabled(if: isPossible)) struct PackagingTests {
    private let folder = ScratchFolder()

    init() throws {
        try folder.write(
            folder.path + "/gx",
            """
            #!/bin/sh
            [ "$1" = --version ] && { echo 'gx 9.8.7'; exit; }
            for word in "$@"; do echo "<$word>"; done
            exit 3

            """.utf8)
        try folder.run("chmod", ["+x", "gx"])
    }

    private func release(_ name: String) throws -> String {
        try folder.run(
            Project.path("docs/packaging/release"), ["gx", name],
            environment: ["SOURCE_DATE_EPOCH": "1772442000"])
        return folder.path + "/" + name
    }

    @Test func theSameExecutableGivesTheSameBytes() throws {
        let (first, second) = (try release("one"), try release("two"))
        try folder.run("touch", ["gx"])
        #expect(try folder.run("diff", ["-r", first, second]).isEmpty)
        #expect(
            try folder.run("sha256sum", ["-c", "SHA256SUMS"], in: first).split(separator: "\n").count == 3)
    }

    @Test func thePackageHasAllInItsPlace() throws {
        let out = try release("out")
        let package = try #require(
            try folder.run("ls", [out]).split(separator: "\n").first { $0.hasSuffix(".deb") })
        try folder.run("dpkg-deb", ["-x", "\(out)/\(package)", "root"])
        #expect(try folder.run("root/usr/bin/gx", ["--version"]) == "gx 9.8.7")
        for file in try Project.files(in: "man", ".1") {
            let name = file.dropFirst("man/".count)
            let page = try folder.run("gzip", ["-dc", "root/usr/share/man/man1/\(name).gz"])
            #expect(try page + "\n" == Project.read(file))
        }
        for place in [
            "bash-completion/completions/gx", "fish/vendor_completions.d/gx.fish",
            "zsh/vendor-completions/_gx",
        ] { #expect(try folder.read("\(folder.path)/root/usr/share/\(place)") != nil, "\(place)") }
        let control = try folder.run("dpkg-deb", ["-f", "\(out)/\(package)"])
        #expect(control.contains("Version: 9.8.7") && control.contains("Depends: git (>= 1:2.38)"))
    }

    @Test func theListNamesWhatIsLinked() throws {
        let out = try release("out")
        let name = try #require(
            try folder.run("ls", [out]).split(separator: "\n").first { $0.hasSuffix(".spdx.json") })
        let list = try JSON(parsing: Array(try folder.read("\(out)/\(name)")?.utf8 ?? "".utf8))
        let names = (list["packages"]?.array ?? []).compactMap { $0["name"]?.string }
        #expect(list["spdxVersion"] == "SPDX-2.3" && names.first == "gx")
        #expect(names.contains("swift-argument-parser") && names.contains("libgit2"))
        let sum = try folder.run("sha256sum", ["gx"]).prefix(64)
        #expect(
            list["packages"]?.array?.first?["checksums"]?.array?.first?["checksumValue"]?.string
                == String(sum))
    }

    @Test func theActionRunsWhatItIsToldOfATarballThatIsRight() throws {
        let out = try release("out")
        let name = try #require(
            try folder.run("ls", [out]).split(separator: "\n").first { $0.hasSuffix(".tar.gz") })
        let sum = String(try folder.run("sha256sum", ["\(out)/\(name)"]).prefix(64))
        func act(_ sum: String) throws -> Subprocess.Output {
            try Subprocess(
                Project.path(".github/actions/gx/run"), [], purpose: "test",
                environment: folder.environment.setting([
                    "GX_URL": "file://\(out)/\(name)", "GX_SHA256": sum, "GX_DIRECTORY": "a b",
                    "GX_ARGS": "trace\nPROJ-7 $(touch ran)\n--in\nprod\n",
                    "RUNNER_TEMP": folder.path + "/tmp",
                    "GITHUB_OUTPUT": folder.path + "/output", "GITHUB_PATH": folder.path + "/path",
                ]), directory: folder.path
            ).run()
        }
        let answer = try act(sum)
        #expect(answer.text == "<-C>\n<a b>\n<trace>\n<PROJ-7 $(touch ran)>\n<--in>\n<prod>\n")
        #expect(answer.status == 3)
        #expect(try folder.read(folder.path + "/output") == "status=3\n")
        #expect(try folder.read(folder.path + "/path") == "\(folder.path)/tmp/gx\n")
        #expect(try folder.read(folder.path + "/ran") == nil)

        let wrong = try act(String(sum.reversed()))
        #expect(wrong.status == 2 && wrong.text.contains("::error"))
    }
}
