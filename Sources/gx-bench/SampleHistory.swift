import Git
import System

/// A manifest repository with a long history, the same in every run: apps in five environments that are
/// deployed, promoted, rolled back, reverted and configured, a third of it by merged pull requests.
struct SampleHistory {
    /// First-parent commits.
    var commits = 125_000
    /// Apps; each has a file in every environment.
    var apps = 120

    static let environments = ["dev", "qa", "staging-us", "staging-eu", "prod"]

    /// Writes the repository to a folder that must not exist yet.
    func write(to folder: String) throws {
        try git(["init", "-q", "-b", "main", "--", folder])
        var stream = Stream()
        var random = Random(state: 20_260_301)
        var state = [[Int]](repeating: [Int](repeating: 0, count: Self.environments.count), count: apps)
        var replicas = state
        stream.commit("Describe all apps", at: 0, author: "Ann Author")
        stream.put("gx.yaml", Self.configuration)
        for app in 0..<apps {
            for environment in Self.environments.indices {
                stream.put(path(app, environment), contents(app, version: 0, replicas: 0))
            }
        }
        for number in 1..<commits {
            let app = random.next(below: apps)
            let environment = random.next(below: Self.environments.count)
            let name = Self.environments[environment]
            let issue = "PROJ-\(number / 7)"
            let subject: String
            switch random.next(below: 100) {
            case 0..<4:
                replicas[app][environment] += 1
                subject = "\(issue): scale app-\(app) in \(name)"
            case 4..<7 where state[app][environment] > 0:
                state[app][environment] -= 1
                subject = "Roll app-\(app) back in \(name)"
            case 7..<60 where environment > 0:
                state[app][environment] = state[app][environment - 1]
                subject = "Promote app-\(app) from \(Self.environments[environment - 1]) to \(name)"
            default:
                state[app][environment] += 1
                subject = "\(issue): app-\(app) 1.\(state[app][environment]).0 to \(name)"
            }
            let text = contents(app, version: state[app][environment], replicas: replicas[app][environment])
            let author = "Author \(random.next(below: 40))"
            if number % 3 == 0 {
                stream.merge("\(subject) (#\(number))", at: number, author: author) {
                    $0.put(path(app, environment), text)
                }
            } else {
                stream.commit("\(subject) (#\(number))", at: number, author: author)
                stream.put(path(app, environment), text)
            }
        }
        stream.bytes += Array("done\n".utf8)
        try git(["-C", folder, "fast-import", "--quiet", "--done"], input: stream.bytes)
        try git(["-C", folder, "repack", "-adfq", "--window=20", "--depth=50"])
        try git(["-C", folder, "reset", "-q", "--hard"])
    }

    private func git(_ arguments: [String], input: [UInt8] = []) throws {
        let output = try Subprocess("git", arguments, purpose: "generate a repository", input: input).run()
        guard output.status == 0 else { throw GenerateError(message: output.message) }
    }

    private func path(_ app: Int, _ environment: Int) -> String {
        "apps/team-\(app % 12)/app-\(app)/\(Self.environments[environment]).yaml"
    }

    private func contents(_ app: Int, version: Int, replicas: Int) -> String {
        """
        # Values of app-\(app): see the handbook before you change them.
        replicas: \(2 + replicas)
        image:
          repository: registry.example.com/team-\(app % 12)/app-\(app)
          tag: 1.\(version).0
        resources:
          requests:
            cpu: 100m
            memory: 256Mi
        env:
          - name: LOG_LEVEL
            value: info

        """
    }

    private static let configuration = """
        version: 1
        environments:
          dev: {}
          qa: { after: dev }
          staging-us: { after: qa, group: staging }
          staging-eu: { after: qa, group: staging }
          prod: { after: [staging-us, staging-eu] }
        layout:
          - apps/{ns}/{app}/{env}.yaml

        """
}

/// What `git fast-import` reads.
private struct Stream {
    var bytes: [UInt8] = []

    mutating func commit(_ message: String, at number: Int, author: String, on branch: String = "main") {
        let time = 1_600_000_000 + number * 600
        let email = author.replacing(" ", with: ".").lowercased()
        write("commit refs/heads/\(branch)\n")
        write("author \(author) <\(email)@example.com> \(time) +0100\n")
        write("committer \(author) <\(email)@example.com> \(time) +0100\n")
        data(message)
    }

    /// A pull request's commit, and the merge that brings it in.
    mutating func merge(_ message: String, at number: Int, author: String, _ files: (inout Stream) -> Void) {
        write("reset refs/heads/topic\nfrom refs/heads/main\n\n")
        commit(message, at: number, author: author, on: "topic")
        files(&self)
        commit("Merge pull request #\(number) from team/topic", at: number, author: author)
        write("merge refs/heads/topic\n")
        files(&self)
    }

    mutating func put(_ path: String, _ text: String) {
        write("M 100644 inline \(path)\n")
        data(text)
    }

    private mutating func data(_ text: String) {
        write("data \(text.utf8.count)\n\(text)\n")
    }

    private mutating func write(_ text: String) { bytes += text.utf8 }
}

/// Knuth's MMIX generator.
private struct Random {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}

struct GenerateError: Error, CustomStringConvertible {
    var message: String
    var description: String { "git: \(message)" }
}
