import Answers
import Testing

/// The search for the first bad one of some.
@Suite struct BisectionTests {
    private func search(_ count: Int, _ verdict: (Int) -> Bisection.Verdict) -> (
        suspects: Range<Int>, asked: Int
    ) {
        var bisection = Bisection(count)
        var asked = 0
        while let next = bisection.next {
            asked += 1
            bisection.judge(next, verdict(next))
        }
        return (bisection.suspects, asked)
    }

    @Test func eachIsFoundByAsFewQuestionsAsItTakes() {
        for count in 1...70 {
            let most = Bisection(count).questions
            for first in 0..<count {
                let (suspects, asked) = search(count) { $0 >= first ? .bad : .good }
                #expect(suspects == first..<first + 1)
                #expect(asked <= most)
            }
        }
        #expect(Bisection(1024).questions == 10)
    }

    @Test func whatCanNotBeToldStaysSuspect() {
        let (suspects, _) = search(10) { $0 == 4 || $0 == 5 ? .skipped : $0 >= 5 ? .bad : .good }
        #expect(suspects == 4..<7)
        #expect(search(10) { _ in .skipped }.suspects == 0..<10)
    }

    @Test func oneIsNoQuestion() { #expect(search(1) { _ in .good }.asked == 0) }
}
