internal import Git
public import System

/// The run of continuous integration that gx is a step of.
public struct Pipeline: Hashable, Sendable {
    /// Its number or name, as its service has it.
    public var id: String
    public var url: String?
    /// Who set it off, as the service calls them.
    public var actor: String?

    public init(id: String, url: String? = nil, actor: String? = nil) {
        (self.id, self.url, self.actor) = (id, url, actor)
    }

    /// Read from the variables that services set for their jobs; nil outside of one.
    public static func current(in environment: ProcessEnvironment) -> Pipeline? {
        let value = { (name: String) in environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        for service in services {
            guard let id = value(service.id) else { continue }
            var url = value(service.url)
            if let run = service.run, let server = url {
                // GitHub, and Gitea and Forgejo after it, give the parts of the address.
                url = value("GITHUB_REPOSITORY").map { "\(server)/\($0)/\(run)/\(id)" }
            }
            if service.id == "BUILD_BUILDID", let server = url {
                url = value("SYSTEM_TEAMPROJECT").map { "\(server)\($0)/_build/results?buildId=\(id)" }
            }
            return Pipeline(id: id, url: url, actor: service.actor.flatMap(value))
        }
        return nil
    }

    /// A pipeline as people name it: by its number, or by its address, whose last part is its number.
    public init(named name: String) {
        let last = name.split(separator: "/").last.map(String.init)
        self.init(id: name.contains("://") ? last ?? name : name, url: name.contains("://") ? name : nil)
    }

    /// Whether somebody means this one by a name.
    public func isCalled(_ name: String) -> Bool { id == name || url == name }

    private struct Service: Sendable {
        var id: String
        var url: String
        var actor: String?
        var run: String?
    }

    private static let services = [
        Service(id: "GITHUB_RUN_ID", url: "GITHUB_SERVER_URL", actor: "GITHUB_ACTOR", run: "actions/runs"),
        Service(id: "CI_PIPELINE_ID", url: "CI_PIPELINE_URL", actor: "GITLAB_USER_LOGIN"),
        Service(id: "BUILDKITE_BUILD_NUMBER", url: "BUILDKITE_BUILD_URL", actor: "BUILDKITE_BUILD_CREATOR"),
        Service(id: "CIRCLE_WORKFLOW_ID", url: "CIRCLE_BUILD_URL", actor: "CIRCLE_USERNAME"),
        Service(id: "DRONE_BUILD_NUMBER", url: "DRONE_BUILD_LINK", actor: "DRONE_BUILD_TRIGGER"),
        Service(id: "CI_PIPELINE_NUMBER", url: "CI_PIPELINE_URL", actor: "CI_PIPELINE_AUTHOR"),
        // Jenkins.
        Service(id: "BUILD_TAG", url: "BUILD_URL", actor: "BUILD_USER_ID"),
        // Azure Pipelines, which gives the parts of the address, too.
        Service(id: "BUILD_BUILDID", url: "SYSTEM_COLLECTIONURI", actor: "BUILD_REQUESTEDFOR"),
    ]
}
