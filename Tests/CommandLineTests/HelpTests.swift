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
                #expect(throws: Never.self, "\(example)") { try GX.parsed(Array(words.dropFirst())) }
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
        let error = #expect(throws: CleanExit.self) { try GX.parsed(["help", "completions"]) }
        #expect(error.map { GX.message(for: $0) } == Help.completions)
    }

    @Test func whatIsNoCommandHasNoHelp() {
        #expect(Help.command(askedFor: ["trase", "--help"]) == nil)
        #expect(Help.command(askedFor: ["status"]) == nil)
    }
}
