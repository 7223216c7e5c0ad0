/// A unit of a place at the commit up to which the place has been read: what has to change for it to be read again. Of
/// several rows of one unit the last one counts.
struct UnitRow: BitwiseCopyable {
    var place: UInt32
    var environment: UInt32
    /// Positions of strings, counted from 1; 0 for none.
    var app: UInt32
    var namespace: UInt32
    var name: UInt32 = 0
    /// Counted from 1; 0 for none.
    var layout: UInt32 = 0
    /// Of a string.
    var folder: UInt32 = 0
    /// What kind of row it is.
    private(set) var sort: UInt32 = 0
    /// Its strings are the next in `uses`: the names of its apps, its files, what it looked for in vain, its own files,
    /// its layers, and in pairs what its layout captured.
    var apps: UInt32 = 0
    var files: UInt32 = 0
    var misses: UInt32 = 0
    var own: UInt32 = 0
    var layers: UInt32 = 0
    var captures: UInt32 = 0

    enum Kind: UInt32 {
        /// One that there was no row of before,
        case unit
        /// or another one, which does not count any more.
        case again
        /// It is not there any more.
        case gone
        /// No unit, but the place's files that say which units there are.
        case roster
    }

    init(place: UInt32, environment: UInt32, app: UInt32, namespace: UInt32) {
        (self.place, self.environment, self.app, self.namespace) = (place, environment, app, namespace)
    }

    var kind: Kind {
        get { Kind(rawValue: sort) ?? .unit }
        set { sort = newValue.rawValue }
    }

    /// How many strings in `uses` are its own.
    var uses: Int {
        Int(apps) + Int(files) + Int(misses) + Int(own) + Int(layers) + Int(captures)
    }

    /// What rows of the same unit share.
    struct Key: Hashable {
        var place: UInt32
        var environment: UInt32
        var app: UInt32
        var namespace: UInt32
    }

    var key: Key { Key(place: place, environment: environment, app: app, namespace: namespace) }
}
