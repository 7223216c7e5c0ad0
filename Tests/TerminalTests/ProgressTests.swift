import System
import Terminal
import Testing

/// A progress line whose clock stands still until a test moves it.
private final class Stage {
    var instant = ContinuousClock.now
    var written = ""

    func progress(total: Int? = nil, on screen: Screen = Screen(isTerminal: true, width: 30, color: false))
        -> Progress
    {
        Progress(
            "reading history", total: total, on: screen, now: { [unowned self] in instant },
            write: { [unowned self] in written += $0 })
    }

    func wait(_ milliseconds: Int) { instant += .milliseconds(milliseconds) }
}

@Suite struct ProgressTests {
    @Test func quickWorkShowsNothing() {
        let stage = Stage()
        let progress = stage.progress(total: 10)
        stage.wait(299)
        progress.advance(to: 9)
        progress.finish()
        #expect(stage.written.isEmpty)
    }

    @Test func longWorkIsShownAndWiped() {
        let stage = Stage()
        let progress = stage.progress(total: 200)
        stage.wait(300)
        progress.advance(to: 50)
        #expect(stage.written == "\rreading history: 25% (50/200)\u{1b}[K")
        progress.finish()
        #expect(stage.written.hasSuffix("\r\u{1b}[K"))
    }

    @Test func itIsRedrawnTenTimesASecondAtMost() {
        let stage = Stage()
        let progress = stage.progress()
        for step in 0..<1300 {
            stage.wait(1)
            progress.advance(to: step)
        }
        #expect(stage.written.split(separator: "\r").count == 11)
        #expect(stage.written.contains("\rreading history: 299\u{1b}[K"))
    }

    @Test func itIsWipedWhenTheWorkFails() {
        let stage = Stage()
        func work() {
            let progress = stage.progress()
            stage.wait(400)
            progress.advance(to: 1)
        }
        work()
        #expect(stage.written.hasSuffix("\r\u{1b}[K"))
    }

    @Test func aNarrowTerminalNeverWraps() {
        let stage = Stage()
        let progress = stage.progress(total: 200, on: Screen(isTerminal: true, width: 12, color: false))
        stage.wait(300)
        progress.advance(to: 50)
        #expect(stage.written == "\rreading hi…\u{1b}[K")
    }

    @Test func withoutATerminalNothingIsWritten() {
        let stage = Stage()
        let progress = stage.progress(on: Screen(isTerminal: false, width: nil, color: false))
        stage.wait(5000)
        progress.advance(to: 1)
        progress.finish()
        #expect(stage.written.isEmpty)
    }
}
