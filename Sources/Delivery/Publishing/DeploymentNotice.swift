internal import Git
internal import Manifests
internal import System

/// What is told of a deployment, in the forms of those who are told.
struct DeploymentNotice {
    enum Moment: String { case deploying, deployed }

    var moment: Moment
    var isRollback = false
    var changes: [VersionChange]
    var commit: ObjectID
    var branch: String
    var time = Timestamp.now

    /// `Deployed api 1.8.1 → 1.9.1 to prod-eu (3b2c1d0)`, `Rolled back api 1.9.1 → 1.8.1 in prod-eu (5e4d3c2)`
    var words: String {
        let list = changes.map { change in
            let old = change.old == Version() ? "" : "\(change.old.short) → "
            let new = change.new == Version() ? "none" : change.new.short
            return "\(change.app) \(old)\(new) \(isRollback ? "in" : "to") \(change.environment)"
        }
        let verb =
            switch (moment, isRollback) {
            case (.deployed, false): "Deployed"
            case (.deployed, true): "Rolled back"
            case (.deploying, false): "Deploying"
            case (.deploying, true): "Rolling back"
            }
        return "\(verb) \(unique(list).joined(separator: ", ")) (\(commit.short))"
    }

    var json: JSON {
        [
            "schema": "gx.notice/1", "event": .string(moment.rawValue), "time": .string(time.utc),
            "commit": .string("\(commit)"), "branch": .string(branch),
            "changes": .array(
                changes.map {
                    [
                        "environment": .string($0.environment), "app": .string($0.app),
                        "artifact": .string($0.artifact.name), "kind": .string($0.artifact.kind.rawValue),
                        "old": $0.old == Version() ? .null : .string("\($0.old)"),
                        "new": $0.new == Version() ? .null : .string("\($0.new)"),
                        "from": $0.source.map(JSON.string) ?? .null, "older": .bool($0.isOlder || isRollback),
                    ]
                }),
        ]
    }

    /// https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
    var slack: JSON {
        let text = words.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;")
        return ["text": .string(text)]
    }

    /// https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    var card: JSON {
        let content: JSON = [
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard",
            "version": "1.4", "body": [["type": "TextBlock", "text": .string(words), "wrap": .bool(true)]],
        ]
        return [
            "type": "message",
            "attachments": [
                ["contentType": "application/vnd.microsoft.card.adaptive", "content": content]
            ],
        ]
    }

    /// https://grafana.com/docs/grafana/latest/developers/http_api/annotations/
    var annotation: JSON {
        let tags = ["gx", moment.rawValue] + changes.flatMap { [$0.environment, $0.app] }
        return [
            "time": .int(Int(time.seconds) * 1000), "tags": .array(unique(tags).map(JSON.string)),
            "text": .string(words),
        ]
    }
}
