import Testing

@Suite struct TranscriptFormatTests {
    private let page = #"""
        # Title

        Some prose with `$ code`.

        ```console
        $ cat > file <<'EOF' && \
        cat file
        $ not a command
        EOF
        \$ not a command

        $ false
        ? 1
        ```

        ```sh
        $ not run
        ```
        <!-- console
        $ printf 'one\n\ntwo\n'
        one

        two

        -->
        """#

    @Test func stepsAreFound() throws {
        let steps = try Transcript(page).steps
        #expect(
            steps == [
                Transcript.Step(
                    line: 6,
                    command: ["cat > file <<'EOF' && \\", "cat file", "$ not a command", "EOF"],
                    result: Transcript.Result(output: ["$ not a command"])),
                Transcript.Step(
                    line: 12, command: ["false"], result: Transcript.Result(output: [], status: 1)),
                Transcript.Step(
                    line: 20, command: [#"printf 'one\n\ntwo\n'"#],
                    result: Transcript.Result(output: ["one", "", "two"])),
            ])
    }

    @Test func aPageThatIsRightIsWrittenAsItWas() throws {
        let transcript = try Transcript(page)
        #expect(transcript.document(with: transcript.steps.map(\.result)) == page)
    }

    @Test func lineEndingsOfOutputStay() throws {
        let page = "```console\n$ one\na\r\nb\r\n\n$ two\n```\n"
        let steps = try Transcript(page).steps
        #expect(steps.map(\.result.output) == [["a\r", "b\r"], []])
        #expect(try Transcript(page).document(with: steps.map(\.result)) == page)
        #expect(
            try Sandbox(gx: Project.gx).run(
                steps.prefix(1).map {
                    Transcript.Step(line: $0.line, command: [#"printf 'a\r\nb\r\n'"#], result: $0.result)
                }) == steps.prefix(1).map(\.result))
    }

    @Test func newResultsReplaceOldOnes() throws {
        let transcript = try Transcript("```console\n$ one\nold\n? 3\n\n$ two\nold\n```\n")
        let results = [
            Transcript.Result(output: ["$ new", "```", "\\"]),
            Transcript.Result(output: [], status: 2),
        ]
        let updated = transcript.document(with: results)
        #expect(updated == "```console\n$ one\n\\$ new\n\\```\n\\\\\n\n$ two\n? 2\n```\n")
        #expect(try Transcript(updated).steps.map(\.result) == results)
    }

    @Test(arguments: [
        "```console\noutput first\n```", "```console\n$ x\n", "```console\n$ cat <<EOF\n```",
        "```console\n$ x\n? y\n```",
    ])
    func brokenBlocksAreErrors(_ page: String) {
        #expect(throws: Transcript.Malformed.self) { try Transcript(page) }
    }

    @Test func aShellThatEndsEarlyIsAnError() throws {
        let steps = try Transcript("```console\n$ exit 0\n$ echo never\n```").steps
        #expect(throws: Transcript.Malformed.self) { try Sandbox(gx: Project.gx).run(steps) }
    }
}
