internal import Git
internal import System
internal import YAML

/// The files of a commit in which objects that deploy may be: found with one look at the bytes of all manifests.
struct DeployingObjects {
    enum Kind: Int, CaseIterable {
        case argocd, flux, helmfile, fleet, kargo, promoter

        /// Text that stands in each such file.
        fileprivate var words: [String] {
            switch self {
            case .argocd: ["argoproj.io", "Application"]
            case .flux: ["kustomize.\(Flux.group)"]
            case .helmfile: ["releases:"]
            case .fleet: []
            case .kargo: ["kargo.akuity.io", "Stage"]
            case .promoter: ["promoter.argoproj.io", "PromotionStrategy"]
            }
        }
    }

    private let files: [Kind: [String]]

    init(of checkout: Checkout) throws {
        var files: [Kind: [String]] = [:]
        for (file, kinds) in try checkout.deployingFiles() {
            for kind in kinds { files[kind, default: []].append(file) }
        }
        self.files = files
    }

    /// The files, in order.
    subscript(kind: Kind) -> [String] { files[kind] ?? [] }

    var isEmpty: Bool { files.isEmpty }

    /// Which kinds of objects a file's bytes may hold.
    fileprivate static func kinds(in bytes: [UInt8]) -> Set<Kind> {
        Set(searches.filter { $0.searches.allSatisfy { $0.isIn(bytes) } }.map(\.kind))
    }

    private static let searches = Kind.allCases.filter { !$0.words.isEmpty }.map {
        (kind: $0, searches: $0.words.map(ByteSearch.init))
    }

    /// Whether a path may be a deploying object's: no documentation, no chart's template, no test.
    fileprivate static func isCandidate(_ path: String, in checkout: Checkout) -> Bool {
        guard FilePath.isYAML(path) || path.hasSuffix(".yaml.gotmpl") || path.hasSuffix(".yml.gotmpl") else {
            return false
        }
        var folder = FilePath.folder(of: path)
        while !folder.isEmpty {
            let name = FilePath.name(of: folder)
            folder = FilePath.folder(of: folder)
            if name.hasPrefix(".")
                || [
                    "docs", "doc", "examples", "example", "tests", "testdata", "fixtures",
                    "node_modules", "vendor",
                ].contains(name)
            {
                return false
            }
            if name == "templates" || name == "charts", checkout.contains(FilePath.join(folder, "Chart.yaml"))
            {
                return false
            }
        }
        return true
    }
}

extension Checkout {
    /// The files with objects that may deploy, and what kinds these are.
    func deployingFiles() throws -> [(file: String, kinds: Set<DeployingObjects.Kind>)] {
        let candidates = blobs { DeployingObjects.isCandidate($0, in: self) }
        try repository.prefetch(candidates.map(\.id))
        return try candidates.compactMap { path, id in
            var kinds = try kinds(of: id)
            if FilePath.name(of: path) == "fleet.yaml" { kinds.insert(.fleet) }
            return kinds.isEmpty ? nil : (path, kinds)
        }
    }

    /// Whether a blob, as a file, may hold an object that deploys.
    func mayDeploy(_ blob: ObjectID, at path: String) throws -> Bool {
        guard DeployingObjects.isCandidate(path, in: self) else { return false }
        return try FilePath.name(of: path) == "fleet.yaml" || !kinds(of: blob).isEmpty
    }

    private func kinds(of id: ObjectID) throws -> Set<DeployingObjects.Kind> {
        if let known = deployingKinds[id] { return known }
        let kinds = try soundBlob(id).map { DeployingObjects.kinds(in: $0) } ?? []
        deployingKinds[id] = kinds
        return kinds
    }

    /// Flux's Kustomizations in a file, kept while that stays as it is: they are asked for whenever one of them changes.
    func kustomizations(in file: String) throws -> [Resource] {
        guard let id = id(of: file) else { return [] }
        note(Lookups(files: [file]))
        if let known = kustomizations[file], known.id == id { return known.objects }
        let objects = try objects(in: file) { FluxKustomization($0) != nil }
        kustomizations[file] = (id, objects)
        return objects
    }

    /// The objects of a file, of some kinds of a group.
    func objects(in file: String, _ isWanted: (Resource) -> Bool) throws -> [Resource] {
        (try self.file(at: file)?.yaml?.documents ?? []).flatMap { document in
            document.root.map { root in
                Resource.all(in: .written(root, Origin(file: file, document: document.index)), file)
                    .filter(isWanted)
            } ?? []
        }
    }
}
