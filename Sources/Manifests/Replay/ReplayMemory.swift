internal import Git

/// What a replay left behind where it ended, so that the next one goes on from there. There may be thousands of units,
/// and a commit concerns a few.
public protocol ReplayMemory {
    /// All units.
    var units: [Replay.Use] { get }
    /// Those that read one of some files, or looked whether there is one.
    func units(using paths: Set<String>) -> [Replay.Use]
    /// Those that make up an app.
    func units(of app: String, in environment: String) -> [Replay.Use]
    /// Those that a layout has captured this app for, in any environment.
    func units(named app: String) -> [Replay.Use]
    /// Those of an environment.
    func units(of environment: String) -> [Replay.Use]
    /// The files that say which units there are.
    var rosterFiles: Set<String> { get }
}

extension Replay {
    /// What to remember, besides what is remembered, to go on another time.
    public struct News: Sendable {
        public var added: [Use] = []
        /// Units that are others now, or made of anything else.
        public var changed: [Use] = []
        /// Those that are not there any more, as they were.
        public var gone: [Use] = []

        public init(added: [Use] = []) { self.added = added }
    }

    /// A unit, and what it is made of: while none of that changes, it need not be read.
    public struct Use: Hashable, Sendable {
        public var environment: String
        public var app: String?
        public var namespace: String?
        /// How the app is called.
        public var name: String?
        /// Which of its place's layouts found it.
        public var layout: Int?
        public var captures: Captures
        public var folder: String
        /// Its own files, sorted by bytes.
        public var own: [String]
        public var layers: [String]
        /// The names of its apps.
        public var apps: [String]
        public var files: [String]
        /// Files and folders that were looked for in vain, or only named.
        public var misses: [String]

        public init(
            environment: String, app: String?, namespace: String?, name: String?, layout: Int?,
            captures: Captures, folder: String, own: [String], layers: [String], apps: [String],
            files: [String], misses: [String]
        ) {
            (self.environment, self.app, self.namespace, self.name) = (environment, app, namespace, name)
            (self.layout, self.captures, self.folder) = (layout, captures, folder)
            (self.own, self.layers) = (own, layers)
            (self.apps, self.files, self.misses) = (apps, files, misses)
        }

        init(_ unit: Unit, layout: Int?, apps: [String], files: [String], misses: [String]) {
            self.init(
                environment: unit.environment, app: unit.app, namespace: unit.namespace, name: unit.name,
                layout: layout, captures: unit.captures, folder: unit.folder, own: unit.files,
                layers: unit.layers, apps: apps, files: files, misses: misses)
        }

        func key(at place: Place) -> UnitRoster.Key {
            UnitRoster.Key(environment: environment, app: app, namespace: namespace, place: place)
        }

        var lookups: Lookups { Lookups(files: Set(files), places: Set(misses)) }

        /// Nil for what a deployer deploys: that is in the objects that say so.
        func unit(in place: ReplayPlace) -> Unit? {
            guard let layout, place.layouts.indices.contains(layout), place.layouts[layout].deployer == nil
            else { return nil }
            return Unit(
                environment: environment, app: app, namespace: namespace, name: name, place: place.place,
                layout: place.layouts[layout], captures: captures, files: own, layers: layers, folder: folder)
        }
    }
}

extension Change {
    /// Whether it is of files alone, and of no links or submodules.
    var isOfFile: Bool {
        [old, new].allSatisfy { $0.map { $0.mode == .file || $0.mode == .executable } ?? true }
    }

    /// Whether it is one of what stands in a file, and nothing else.
    var isOfContent: Bool {
        guard let old, let new, old.mode == new.mode else { return false }
        return old.mode != .symbolicLink && old.mode != .submodule
    }
}
