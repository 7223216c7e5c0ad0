import Git
import System
import Testing

/// Holds the manual to the commands as they are declared: `man/gx.1`, and a page for each command of gx
/// that describes those below it, too. Options that all commands take stand in `gx.1` only.
@Suite struct ManualTests {
    private let gx: CommandTree

    init() throws { gx = try .gx() }

    private func file(_ command: CommandTree) -> String { "man/\(command.path.joined(separator: "-")).1" }

    @Test func eachCommandHasAPageAndEachPageACommand() throws {
        let expected = [file(gx)] + gx.subcommands.map(file)
        #expect(try Project.files(in: "man", "") == expected.sorted())
    }

    @Test func thePageOfGXListsTheOptionsOfAllCommands() throws {
        #expect(try listedOptions(file(gx)) == gx.options)
    }

    @Test func aPageListsTheOptionsOfItsCommand() throws {
        for command in gx.subcommands where Project.has(file(command)) {
            let declared = command.allOptions.subtracting(gx.options)
            #expect(try listedOptions(file(command)) == declared, "\(file(command))")
        }
    }

    @Test func aPageSaysInItsNameWhatTheHelpSays() throws {
        for command in [gx] + gx.subcommands where Project.has(file(command)) {
            let summary =
                command.abstract.prefix(1).lowercased() + command.abstract.dropFirst().prefix { $0 != "." }
            let isSaid = try Project.read(file(command)).contains("\n.Nd \(summary)\n")
            #expect(isSaid, "\(file(command)) should have .Nd \(summary)")
        }
    }

    @Test func aPageHasTheExamplesOfTheHelp() throws {
        for command in [gx] + gx.subcommands where Project.has(file(command)) {
            let lines = try Project.read(file(command)).split(separator: "\n")
            let examples = lines.filter { $0.hasPrefix(".Dl gx ") }.map { String($0.dropFirst(4)) }
            #expect(examples == command.examples, "\(file(command))")
        }
    }

    @Test func thePageOfGXNamesAllOthers() throws {
        let page = try Project.read(file(gx))
        for command in gx.subcommands {
            let item = ".It Xr \(command.path.joined(separator: "-")) 1"
            let isNamed = page.contains("\n\(item)\n")
            #expect(isNamed, "\(file(gx)) should have \(item)")
        }
    }

    @Test(.enabled(if: Project.canRun("mandoc")))
    func thePagesAreCorrectMdoc() throws {
        let pages = try Project.files(in: "man", ".1").map(Project.path)
        let lint = try Subprocess("mandoc", ["-T", "lint"] + pages, purpose: "check the manual").run()
        // It looks for the pages that others refer to among those that are installed.
        let complaints = lint.text.split(separator: "\n").filter { !$0.contains("manual not found: Xr gx") }
        #expect(complaints == [])
        #expect(lint.status <= 1)
    }

    /// What a page lists as `.It Fl o Ar format` or `.It Fl h , Fl -help`.
    private func listedOptions(_ page: String) throws -> Set<String> {
        let items = try Project.read(page).split(separator: "\n").filter { $0.hasPrefix(".It Fl ") }
        return Set(items.flatMap { $0.matches(of: /\bFl (\S+)/).map { "-" + $0.output.1 } })
    }
}
