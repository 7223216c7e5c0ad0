import Git
import Manifests
import TestSupport

@testable import Delivery

/// A bare repository that stands for a host, with manifests on its `main`, and clones of it.
struct Hosted {
    let host: ScratchRepository
    let clone: ScratchRepository
    let configuration: Configuration

    static let folders = """
        version: 1
        environments:
          dev: {}
          prod: { after: dev }
        layout: ["envs/{env}/{app}/**"]
        """

    /// Apps that run version 2 in dev and 1 in prod.
    init(_ apps: String..., configuration: String = Hosted.folders, branches: [String] = []) throws {
        self.configuration = try Configuration(parsing: Array(configuration.utf8))
        let source = try ScratchRepository()
        for app in apps {
            for (environment, version) in [("dev", 2), ("prod", 1)] {
                try source.write("envs/\(environment)/\(app)/pod.yaml", Self.pod(app, version))
            }
        }
        try source.commit("Start")
        for branch in branches { try source.git("branch", branch) }
        host = try source.clone("host.git", ["--bare"])
        // What a plain bare repository lacks, compared with a host.
        try host.git("config", "receive.advertisePushOptions", "true")
        try host.git("config", "gc.auto", "0")
        clone = try host.clone()
    }

    static func pod(_ app: String, _ version: Int) -> String {
        """
        apiVersion: v1
        kind: Pod
        metadata: {name: \(app)}
        spec:
          containers:
            - name: main
              image: acme/\(app):\(version)  # the version

        """
    }

    func hook(_ name: String, _ script: String) throws {
        let path = host.path + "/hooks/" + name
        try host.folder.write(path, "#!/bin/sh\n\(script)\n".utf8)
        try host.folder.run("chmod", ["+x", path])
    }

    /// Plans a promotion of apps to prod.
    func promotion(_ apps: String..., version: String? = nil) -> (FetchedPlaces) throws -> Plan {
        { places in
            var request = PromotionRequest(to: "prod")
            request.apps = apps
            if let version {
                request.given = [.init(.image, name: apps[0], version: Version(version))]
            }
            return try Promotion.plan(request, in: Estate(configuration, resolver: places))
        }
    }

    func publisher(
        _ mode: Publisher.Mode = .push, in clone: ScratchRepository? = nil,
        _ environment: [String: String?] = [:], quarantined: Bool = false, timeout: Duration = .seconds(30)
    ) throws -> Publisher {
        let repository = try (clone ?? self.clone).repository(environment)
        return Publisher(quarantined ? try repository.quarantined() : repository, mode, timeout: timeout)
    }

    /// Somebody else changes a file on the host's main.
    func push(_ file: String, _ text: String, _ name: String = "colleague") throws {
        let path = host.folder.path + "/" + name
        let colleague =
            try host.folder.read(path + "/.git/HEAD") == nil
            ? host.clone(name) : ScratchRepository(at: path, in: host.folder)
        try colleague.git("pull", "-q")
        try colleague.write(file, text)
        try colleague.commit("Change \(file)")
        try colleague.git("push", "-q")
    }

    /// The image that the host's main has for an app in prod.
    func version(_ app: String) throws -> String {
        let text = try host.git("show", "main:envs/prod/\(app)/pod.yaml")
        let line = text.split(separator: "\n").first { $0.contains("image:") } ?? ""
        return String(line.drop { $0 != ":" }.dropFirst(2).prefix { $0 != " " })
    }
}

/// What a publisher told.
final class Told {
    var warnings: [String] = []
    var retries: [String] = []
    var host: [String] = []
    var hooks: [String] = []

    func hear(_ event: PublishEvent) {
        switch event {
        case .warning(let text): warnings.append(text)
        case .retrying(_, let reason): retries.append(reason)
        case .host(let lines): host += lines
        case .hook(let lines): hooks += lines
        case .landed: break
        }
    }
}

extension Publication {
    /// `done`, `refused`: the outcome without its values.
    var end: String { "\(outcome)".split(separator: "(").first.map(String.init) ?? "" }
}

extension Publisher {
    /// Plays who makes the plans and who agrees to them.
    func publish(
        confirm: (Plan) throws -> Bool = { _ in true }, plan: (FetchedPlaces) throws -> Plan
    ) throws -> Publication {
        var publisher = self
        do {
            while true {
                var reply = try publisher.take(plan(publisher.places))
                if case .asks = reply {
                    guard try confirm(publisher.publication.plan) else {
                        publisher.end(.declined)
                        return publisher.publication
                    }
                    publisher.agree()
                    reply = try publisher.carryOn()
                }
                if case .ended = reply { return publisher.publication }
            }
        } catch  where !publisher.publication.landings.isEmpty {
            publisher.end(.stopped(error))
            return publisher.publication
        }
    }

    /// The plan, on places in a quarantine.
    func preview(_ plan: (FetchedPlaces) throws -> Plan) throws -> Plan { try reviewed(plan(places)) }
}
