internal import Git
internal import Manifests
internal import System
internal import YAML

/// What a cluster says of one object that stands for an app: a value, read from the JSON that `kubectl` prints.
struct ClusterReport: Hashable, Sendable {
    enum State: String, Hashable, Sendable {
        case synced
        case outOfSync = "out of sync"
        case progressing
        /// Nothing goes on until somebody says so.
        case suspended
        case degraded
        /// The cluster has no such object.
        case missing
        /// The cluster says itself that it can't tell.
        case undetermined = "unknown"
    }

    var state: State
    /// The commits that it was made from, or tried to be: one for each of its sources. In the cluster's words, where
    /// they are no commits; none where it does not tell.
    var revisions: [String]
    /// Why, in the cluster's words.
    var detail: String?
    /// Whether it runs what it should, for objects that name no commit: the images, the chart's version.
    var isWanted: Bool?

    init(_ state: State, revisions: [String] = [], detail: String? = nil, isWanted: Bool? = nil) {
        (self.state, self.revisions, self.detail, self.isWanted) = (state, revisions, detail, isWanted)
    }
}

// MARK: Argo CD

extension ClusterReport {
    /// An Application: https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml
    ///
    /// Where it says itself which versions are to be put over those of Git, and they are others, the commit that it is at
    /// tells nothing of what runs.
    ///
    /// - Parameter pinned: By the name of the chart or image.
    init(argocd object: JSON, pinned: [String: Version]) {
        self.init(argocd: object)
        let spec = object["spec"]
        for source in (spec?["sources"]?.array ?? []) + [spec?["source"] ?? .null] {
            guard let override = Self.override(in: source, pinned) else { continue }
            (state, detail) = (.undetermined, "\(override), over what Git says")
            return
        }
    }

    /// What a source puts in the place of a version that the app pins.
    private static func override(in source: JSON, _ pinned: [String: Version]) -> String? {
        func differs(_ name: String, _ version: Version) -> Bool {
            pinned[name].map { version.agrees(with: $0) != true } ?? false
        }
        for text in (source["kustomize"]?["images"]?.array ?? []).compactMap(\.string) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard let last = parts.last, let image = ImageReference(last), image.version != Version() else {
                continue
            }
            if differs(image.name, image.version) || parts.count == 2 && differs(parts[0], image.version) {
                return "its kustomize.images have \(text)"
            }
        }
        let helm = source["helm"]
        /// Whether a value by itself says a version that the app does not pin.
        func isOther(_ name: String, _ value: String) -> Bool {
            let key = name.split(separator: ".").last?.lowercased() ?? ""
            if key.hasSuffix("tag") || key == "digest" {
                return !pinned.values.contains { [$0.tag, $0.digest, "\($0)"].contains(value) }
            }
            guard key.hasSuffix("image"), let image = ImageReference(value) else { return false }
            return differs(image.name, image.version)
        }
        for parameter in helm?["parameters"]?.array ?? [] {
            guard let name = parameter["name"]?.string, let value = parameter["value"]?.string else {
                continue
            }
            if isOther(name, value) { return "its helm.parameters have \(name)=\(value)" }
        }
        for (key, values) in [
            ("values", helm?["values"]?.string.map(Self.values) ?? nil),
            ("valuesObject", helm?["valuesObject"]),
        ] {
            guard let values else { continue }
            if let image = images(in: values).first(where: { differs($0.name, $0.version) }) {
                return "its helm.\(key) has \(image.name):\(image.version.short)"
            }
            if let (name, value) = bareTags(in: values).first(where: { isOther($0, $1) }) {
                return "its helm.\(key) has \(name)=\(value)"
            }
        }
        return nil
    }

    /// Values as the text of an Application has them; nil where they are no YAML, which nothing could be made of.
    private static func values(_ text: String) -> JSON? {
        (try? YAMLFile(parsing: Array(text.utf8)))?.documents.first?.root.map { JSON($0) }
    }

    /// The tags and digests of images that values name no repository of: `image.tag`, `imageTag`.
    private static func bareTags(in values: JSON, at name: String = "") -> [(name: String, value: String)] {
        (values.fields ?? []).flatMap { field -> [(name: String, value: String)] in
            let path = name.isEmpty ? field.key : "\(name).\(field.key)"
            if field.value.fields != nil { return bareTags(in: field.value, at: path) }
            let isOfImage =
                ["tag", "digest"].contains(field.key)
                ? name.lowercased().hasSuffix("image") && values["repository"] == nil
                : field.key.lowercased().hasSuffix("imagetag")
            guard isOfImage, let value = field.value.scalarText else { return [] }
            return [(path, value)]
        }
    }

    private init(argocd object: JSON) {
        let status = object["status"]
        let sync = status?["sync"]
        let health = status?["health"]
        let operation = status?["operationState"]
        let conditions = (status?["conditions"]?.array ?? []).filter {
            $0["type"]?.string?.hasSuffix("Error") == true
        }
        revisions = ((sync?["revisions"]?.array ?? []) + [sync?["revision"] ?? .null])
            .compactMap(\.string).filter { !$0.isEmpty }
        detail = conditions.first?["message"]?.string
        let phase = operation?["phase"]?.string
        // A sync that failed is that of the revision that it was for, not of one compared since.
        let synced = operation?["syncResult"]?["revision"]?.string
        if let phase, ["Failed", "Error"].contains(phase), synced.map(revisions.contains) ?? true {
            state = .degraded
            detail = operation?["message"]?.string ?? detail
            return
        }
        guard sync?["status"]?.string == "Synced" else {
            // What could not be compared, since the repository server is away or the manifests can't be made, is
            // neither in sync nor out of it.
            let isCompared =
                sync?["status"]?.string != "Unknown"
                && !conditions.contains { $0["type"]?.string == "ComparisonError" }
            state = isCompared ? .outOfSync : .undetermined
            return
        }
        switch health?["status"]?.string {
        case "Healthy": state = phase == "Running" ? .progressing : .synced
        case "Degraded": state = .degraded
        case "Suspended": state = .suspended
        case "Unknown": state = .undetermined
        default: state = .progressing
        }
        detail = health?["message"]?.string ?? detail
    }
}

// MARK: Flux

extension ClusterReport {
    /// A Kustomization: https://fluxcd.io/flux/components/kustomize/kustomizations/#kustomization-status
    init(fluxKustomization object: JSON) {
        let status = object["status"]
        self.init(fluxReady: object)
        let applied = status?["lastAppliedRevision"]?.string
        let attempted = status?["lastAttemptedRevision"]?.string
        // What fails is what was tried last; what runs was applied.
        revisions = [state == .synced ? applied : attempted ?? applied].compactMap(\.self).map(Self.digits)
        if state == .synced, applied == nil { state = .progressing }
    }

    /// A HelmRelease: https://fluxcd.io/flux/components/helm/helmreleases/#helmrelease-status
    ///
    /// It names no commit. It runs what it should where its chart has the version that the app pins, and where the
    /// images of its values have theirs; where neither is to be compared, it can't be told.
    ///
    /// - Parameters:
    ///   - pinned: By the name of the chart or image.
    ///   - hasChart: Whether one of them is a chart.
    init(fluxHelmRelease object: JSON, pinned: [String: Version], hasChart: Bool = false) {
        self.init(fluxReady: object)
        let chart = object["spec"]?["chart"]?["spec"]
        let status = object["status"]
        let running =
            status?["history"]?.array?.first?["chartVersion"]?.string
            ?? status?["lastAppliedRevision"]?.string
        var answers: [Bool?] = []
        if let name = chart?["chart"]?.string {
            if let wanted = pinned.first(where: { $0.key == name || $0.key.hasSuffix("/\(name)") })?.value.tag
            {
                // What failed may have gone back to the one before.
                let isThere =
                    chart?["version"]?.string == wanted && (state != .synced || Self.isChart(running, wanted))
                answers.append(isThere)
                if !isThere { detail = detail ?? running.map { "it runs \($0)" } }
            } else if hasChart {
                answers.append(nil)
                detail = detail ?? "its chart \(name) is not the one that is pinned"
            }
        }
        for (name, version) in Self.images(in: object["spec"]?["values"] ?? .null) {
            guard let wanted = pinned[name] else { continue }
            let isSame = version.agrees(with: wanted)
            answers.append(isSame)
            if isSame != true { detail = detail ?? "its values have \(name):\(version.short)" }
        }
        isWanted = answers.contains(false) ? false : true
        if answers.contains(where: { $0 == nil }), isWanted == true { state = .undetermined }
        guard !answers.isEmpty else {
            state = .undetermined
            detail =
                "neither its chart nor an image of its values is pinned, so what it runs can't be compared"
            return
        }
    }

    /// Whether the version of the chart that was installed last is the wanted one. Where it stands for several, Flux has
    /// chosen; behind a plus sign stands what Flux adds.
    private static func isChart(_ running: String?, _ wanted: String) -> Bool {
        guard let running, !wanted.contains(where: "^~*xX<>|, ".contains) else { return true }
        func bare(_ version: String) -> Substring {
            version.drop { $0 == "v" }.prefix { $0 != "+" }
        }
        return bare(running) == bare(wanted)
    }

    /// The images that values of a chart name, wherever in them.
    private static func images(in values: JSON) -> [(name: String, version: Version)] {
        if let items = values.array { return items.flatMap(images) }
        guard let fields = values.fields else { return [] }
        var found: [(name: String, version: Version)] = []
        if let repository = values["repository"]?.string {
            let name = values["registry"]?.string.map { "\($0)/\(repository)" } ?? repository
            let version = Version(tag: values["tag"]?.scalarText, digest: values["digest"]?.string)
            if version != Version() { found.append((name, version)) }
        }
        for field in fields {
            if field.key == "image", let image = field.value.string.flatMap(ImageReference.init) {
                found.append((image.name, image.version))
            } else {
                found += images(in: field.value)
            }
        }
        return found
    }

    private init(fluxReady object: JSON) {
        let status = object["status"]
        let ready = (status?["conditions"]?.array ?? []).first { $0["type"]?.string == "Ready" }
        self.init(.progressing, detail: ready?["message"]?.string)
        if object["spec"]?["suspend"]?.bool == true {
            state = .suspended
            return
        }
        // What was observed before the object changed says nothing of it as it is.
        let generation = object["metadata"]?["generation"]?.int ?? 0
        guard (status?["observedGeneration"]?.int ?? 0) >= generation else { return }
        switch ready?["status"]?.string {
        case "True":
            state = .synced
            detail = nil
        case "False":
            // What it is made of, or waits for, could not be had: that says nothing of this version.
            let waits = ["ArtifactFailed", "SourceNotReady", "DependencyNotReady"]
            state = waits.contains(ready?["reason"]?.string ?? "") ? .undetermined : .degraded
        default: break
        }
    }

    /// `main@sha1:1a2b…`, and `main/1a2b…` as it was before Flux 2.0.
    private static func digits(_ revision: String) -> String {
        let last = revision.split { $0 == ":" || $0 == "/" || $0 == "@" }.last.map(String.init)
        return last.flatMap { ObjectID(hex: $0) == nil ? nil : $0 } ?? revision
    }
}

// MARK: Workloads

extension ClusterReport {
    /// A Deployment, StatefulSet or DaemonSet, judged as `kubectl rollout status` does it, and by the images that it
    /// should run:
    /// https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
    init(workload object: JSON, images: [String: Version]) {
        self.init(.progressing)
        isWanted = Self.runs(images, object)
        guard isWanted == true else {
            let running = Self.images(of: object).map(\.description).joined(separator: ", ")
            state = isWanted == nil ? .undetermined : .outOfSync
            detail = "it runs \(running)" + (isWanted == nil ? ", which can't be compared" : "")
            return
        }
        let status = object["status"]
        let generation = object["metadata"]?["generation"]?.int ?? 0
        guard (status?["observedGeneration"]?.int ?? 0) >= generation else { return }
        let conditions = status?["conditions"]?.array ?? []
        if let stuck = conditions.first(where: { $0["reason"]?.string == "ProgressDeadlineExceeded" }) {
            state = .degraded
            detail = stuck["message"]?.string
            return
        }
        detail = Self.rollout(object)
        if detail == nil {
            state = .synced
        } else if object["spec"]?["paused"]?.bool == true {
            state = .suspended
        }
    }

    /// What a rollout waits for; nil where it is done.
    private static func rollout(_ object: JSON) -> String? {
        let status = object["status"]
        let spec = object["spec"]
        func count(_ name: String) -> Int { status?[name]?.int ?? 0 }
        switch object["kind"]?.string {
        case "DaemonSet":
            let desired = count("desiredNumberScheduled")
            let updated = count("updatedNumberScheduled")
            if updated < desired { return "\(updated) of \(desired) pods are updated" }
            let available = count("numberAvailable")
            return available < desired ? "\(available) of \(desired) pods are available" : nil
        case "StatefulSet":
            let replicas = spec?["replicas"]?.int ?? 1
            if count("readyReplicas") < replicas {
                return "\(count("readyReplicas")) of \(replicas) pods are ready"
            }
            let partition = spec?["updateStrategy"]?["rollingUpdate"]?["partition"]?.int ?? 0
            let due = max(0, replicas - partition)
            if count("updatedReplicas") < due {
                return "\(count("updatedReplicas")) of \(due) pods are updated"
            }
            let isCurrent = status?["currentRevision"] == status?["updateRevision"]
            return partition == 0 && !isCurrent ? "waiting for the rolling update" : nil
        default:
            let replicas = spec?["replicas"]?.int ?? 1
            let updated = count("updatedReplicas")
            if updated < replicas { return "\(updated) of \(replicas) pods are updated" }
            let old = count("replicas") - updated
            if old > 0 { return "\(old) old pods are going" }
            let available = count("availableReplicas")
            return available < updated ? "\(available) of \(updated) pods are available" : nil
        }
    }

    private static func images(of object: JSON) -> [ImageReference] {
        let pod = object["spec"]?["template"]?["spec"]
        let containers = (pod?["initContainers"]?.array ?? []) + (pod?["containers"]?.array ?? [])
        return containers.compactMap { $0["image"]?.string.flatMap(ImageReference.init) }
    }

    /// Whether a workload runs images of the app, each in the version that it should be. Nil where that can't be told: the
    /// cluster says a digest, and Git a tag, or the image comes by another registry.
    private static func runs(_ images: [String: Version], _ object: JSON) -> Bool? {
        var answers: [Bool?] = []
        for image in Self.images(of: object) {
            if let wanted = images[image.name] {
                answers.append(image.version.agrees(with: wanted))
            } else if images.contains(where: {
                $0.key.withoutRegistry == image.name.withoutRegistry
                    && image.version.agrees(with: $0.value) != false
            }) {
                answers.append(nil)
            }
        }
        if answers.isEmpty || answers.contains(false) { return false }
        return answers.contains { $0 == nil } ? nil : true
    }
}

extension JSON {
    /// A text, or a number as a template would write it: `tag: 1.20` makes the tag 1.2.
    fileprivate var scalarText: String? {
        string ?? int.map(String.init) ?? double.map { String($0) }
    }
}

extension Version {
    /// Whether it is the same: by the digests where both are known, else by the tags; nil where one has a digest alone,
    /// and the other a tag.
    fileprivate func agrees(with wanted: Version) -> Bool? {
        if let digest, let other = wanted.digest { return digest == other }
        guard let tag, let other = wanted.tag else { return nil }
        return tag == other
    }
}

extension String {
    /// The path of an image in its registry: `acme/api` of `ghcr.io/acme/api`.
    fileprivate var withoutRegistry: Substring {
        guard let slash = firstIndex(of: "/"), self[..<slash].contains(where: { $0 == "." || $0 == ":" })
        else {
            return self[...]
        }
        let path = self[index(after: slash)...]
        return path.hasPrefix("library/") ? path.dropFirst("library/".count) : path
    }
}
