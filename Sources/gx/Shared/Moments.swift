import System

/// A moment to the minute, in the zone of this machine: `2026-03-01 09:30`.
func minute(_ time: Timestamp) -> String {
    String(Timestamp.local(time.seconds).description.prefix(16)).replacing("T", with: " ")
}

/// `2026-03-01`, in the same zone.
func day(_ time: Timestamp) -> String { String(minute(time).prefix(10)) }
