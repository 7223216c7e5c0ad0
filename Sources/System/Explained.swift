/// An error that says what is wrong and where, and what to do next, in the module where it arises: one style for all.
public protocol Explained: Error, CustomStringConvertible {
    /// What to do next; nil where there is nothing to say.
    var hint: String? { get }
}
