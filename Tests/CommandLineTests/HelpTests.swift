import ArgumentParser
import System
import Testing

@testable import gx

/// The help of each command: examples first, and those are command lines that gx takes.
@Suite struct HelpTests {
    private let gx: CommandTree

    init() throws { gx = try .gx() }

    @Test func helpBeginsWithExamples() {
        for command in gx.all where command.isShown {
            #expect((3...5).contains(command.examples.count), "\(command.path)")
            #expect(Set(command.examples).count == command.examples.count, "\(command.path)")
        }
    }

    @Test func examplesAreTakenAsTheyStand() throws {
        for command in gx.all {
            for example in command.examples {
                let words = try #require(ShellWords.split(example), "\(example)")
                #expect(words.first == "gx")
                #expect(throws: Never.self, "\(example)") { try CommandLineRequest(Array(words.dropFirst())) }
            }
        }
    }

    /// A line break would stand in the middle of a line of a terminal that is wider or narrower.
    @Test func sentencesHaveNoLineBreaks() {
        for command in gx.all where command.isShown {
            let paragraphs = command.discussion.replacing("\n\n", with: "\u{0}").split(separator: "\u{0}")
            for paragraph in paragraphs where !paragraph.hasPrefix("EXAMPLES:") {
                #expect(!paragraph.contains("\n"), "\(command.path)")
            }
        }
    }

    @Test(arguments: [["trace", "--help"], ["trace", "-h"], ["help", "trace"]])
    func theOptionsOfADefaultSubcommandAreShown(arguments: [String]) throws {
        let command = try #require(Help.command(askedFor: arguments))
        let text = Help.text(of: command)
        #expect(
            text.contains("--cleared <env>") && text.contains("<subject>") && text.contains("SUBCOMMANDS:"))
        #expect(text.ranges(of: "GLOBAL OPTIONS:").count == 1)
    }

    @Test func howCompletionsAreInstalled() throws {
        guard case .text(let text) = try CommandLineRequest(["help", "completions"]) else {
            Issue.record("no text")
            return
        }
        #expect(text == Help.completions)
    }

    @Test func theTableHasTheCommandsThatAreDeclared() {
        func check(_ command: any ParsableCommand.Type, _ path: [String]) {
            #expect(CommandTable.command(path.joined(separator: " ")) == command, "\(path)")
            let found = CommandTable.command(named: path + ["--quiet"])
            #expect(found.command == command && found.path == path)
            for below in command.configuration.subcommands { check(below, path + [below._commandName]) }
        }
        check(GX.self, [])
        #expect(CommandTable.command(named: ["trace log"]).path == [])
    }

    @Test func whatIsNoCommandHasNoHelp() {
        #expect(Help.command(askedFor: ["trase", "--help"]) == nil)
        #expect(Help.command(askedFor: ["status"]) == nil)
    }
}
