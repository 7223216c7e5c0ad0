internal import Glibc
internal import System

/// What can be seen from outside: the moments at which a process that is killed must have left nothing, or a
/// whole commit. Everything before them only adds objects that nothing refers to.
enum Effect {
    case update(reference: String)
    case push(remote: String)
    case fastForward(branch: String)

    /// To be called right before the effect. Tests stop the process here: it kills itself where
    /// `GX_TEST_KILL_BEFORE` is how the effect's description begins, such as `update refs/heads/` or `push`.
    static func about(to effect: Effect, in environment: ProcessEnvironment) {
        guard let victim = environment["GX_TEST_KILL_BEFORE"], !victim.isEmpty else { return }
        if effect.description.hasPrefix(victim) { kill(getpid(), SIGKILL) }
    }

    private var description: String {
        switch self {
        case .update(let reference): "update \(reference)"
        case .push(let remote): "push \(remote)"
        case .fastForward(let branch): "fast-forward \(branch)"
        }
    }
}
