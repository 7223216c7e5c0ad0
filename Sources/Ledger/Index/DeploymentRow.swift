/// A deployment.
struct DeploymentRow: BitwiseCopyable {
    var commit: UInt32
    var series: UInt32
    /// The deployment before it in its series, counted from 1; 0 for none.
    var previous: UInt32
    /// What runs after it: a position in the table of states, counted from 1; 0 for nothing at all.
    var state: UInt32
    /// Of a rollback, the deployment that it undoes, counted from 1; of a promotion, the source's name.
    var related: UInt32
    /// Where its changes end in the table of changes: they begin where those of the deployment before end.
    var changesEnd: UInt32 = 0
    var kind: UInt8
    var basis: UInt8
    /// Where in the state the version stands that people mean by the app's, counted from 1; 0 for none. Behind it, in
    /// the lowest bit, whether the environment inherits it.
    private var mainAndOrigin: UInt16

    init(
        commit: UInt32, series: UInt32, previous: UInt32, state: UInt32, kind: Deployment.Kind,
        basis: Deployment.Basis, main: Int?, isInherited: Bool
    ) {
        (self.commit, self.series, self.previous, self.state) = (commit, series, previous, state)
        (related, self.kind, self.basis) = (0, kind.rawValue, basis.rawValue)
        mainAndOrigin = Self.number(of: main) << 1 | (isInherited ? 1 : 0)
    }

    /// Nobody means the version behind the first 32,766.
    private static func number(of main: Int?) -> UInt16 {
        UInt16(main.map { $0 < 0x7fff ? $0 + 1 : 0 } ?? 0)
    }

    var main: Int? {
        get { mainAndOrigin < 2 ? nil : Int(mainAndOrigin >> 1) - 1 }
        set { mainAndOrigin = Self.number(of: newValue) << 1 | mainAndOrigin & 1 }
    }
    var isInherited: Bool { mainAndOrigin & 1 == 1 }
}
