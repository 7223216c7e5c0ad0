import Git
import System

/// What has happened in the sample repository before today, in order.
struct DemoHistory {
    struct Event {
        /// Working days before today, and the hour and minute (UTC) of that day.
        var moment: (day: Int, hour: Int, minute: Int)
        var person: Person
        var act: Act
    }

    enum Person {
        case mira, jonas, aiko, bot, host

        private var identity: (name: String, email: String, offset: Int) {
            switch self {
            case .mira: ("Mira Okafor", "mira@shop.example.com", 60)
            case .jonas: ("Jonas Weber", "jonas@shop.example.com", 60)
            case .aiko: ("Aiko Tanaka", "aiko@shop.example.com", 540)
            case .bot: ("shop-ci", "ci@shop.example.com", 0)
            // Who commits what is merged there.
            case .host: ("GitHub", "noreply@github.com", 0)
            }
        }

        /// This person at a moment, told in their zone.
        func signature(at second: Int64) -> Signature {
            let (name, email, offset) = identity
            return Signature(
                name: name, email: email, time: Timestamp(seconds: second, offset: offset))
        }
    }

    enum Act {
        case start
        /// The build of an app writes its new version into dev, with the message of what was built.
        case release(String, String, String)
        /// gx promotes an app. A number is that of the pull request through which it came.
        case promote(String, to: String, number: Int?)
        /// The last promotion of an app to an environment is taken back.
        case revert(String, in: String, because: String)
        /// Somebody edits files by hand: the files' environments, the old and the new text.
        case edit([String], from: String, to: String, String)
        /// A promotion that waits for its review.
        case propose(String, to: String)
    }

    static let events: [Event] = [
        at(15, hour: 9, minute: 10, person: .mira, act: .start),
        at(
            15, hour: 11, minute: 30, person: .bot,
            act: .release("api", "1.8.0", "PROJ-101 Idempotency keys for orders (#31)")),
        at(14, hour: 8, minute: 40, person: .jonas, act: .promote("api", to: "qa")),
        at(
            14, hour: 10, minute: 5, person: .bot,
            act: .release("web", "3.4.0", "PROJ-102 Search as you type (#32)")),
        at(13, hour: 7, minute: 0, person: .aiko, act: .promote("web", to: "qa")),
        at(13, hour: 13, minute: 20, person: .jonas, act: .promote("api", to: "staging")),
        at(
            12, hour: 9, minute: 30, person: .bot,
            act: .release("payments", "2.1.1", "PROJ-104 Refunds round half to even (#34)")),
        at(12, hour: 10, minute: 15, person: .jonas, act: .promote("api", to: "prod", number: 33)),
        at(
            12, hour: 15, minute: 0, person: .bot,
            act: .release("api", "1.8.1", "PROJ-103 Fix: retries lose an order's currency (#35)")),
        at(11, hour: 6, minute: 50, person: .aiko, act: .promote("web", to: "staging")),
        at(11, hour: 9, minute: 40, person: .mira, act: .promote("payments", to: "qa")),
        at(11, hour: 10, minute: 10, person: .jonas, act: .promote("api", to: "qa")),
        at(11, hour: 14, minute: 0, person: .jonas, act: .promote("api", to: "staging")),
        at(10, hour: 7, minute: 20, person: .aiko, act: .promote("web", to: "prod", number: 37)),
        at(10, hour: 9, minute: 20, person: .jonas, act: .promote("api", to: "prod", number: 36)),
        at(10, hour: 13, minute: 0, person: .mira, act: .promote("payments", to: "staging")),
        at(
            9, hour: 9, minute: 15, person: .bot,
            act: .release("web", "3.4.1", "PROJ-105 Fix: the cart counts twice (#38)")),
        at(9, hour: 11, minute: 0, person: .mira, act: .promote("payments", to: "prod", number: 39)),
        at(8, hour: 6, minute: 10, person: .aiko, act: .promote("web", to: "qa")),
        at(8, hour: 7, minute: 30, person: .aiko, act: .promote("web", to: "staging")),
        at(
            8, hour: 10, minute: 30, person: .mira,
            act: .edit(
                ["prod-us", "prod-eu", "prod-asia"].map { "charts/payments/values-\($0).yaml" },
                from: "memory: 512Mi", to: "memory: 1Gi",
                "PROJ-106 More memory for payments in production (#40)")),
        at(
            8, hour: 13, minute: 45, person: .bot,
            act: .release("web", "3.5.0", "PROJ-108 Checkout on one page (#41)")),
        at(7, hour: 6, minute: 15, person: .aiko, act: .promote("web", to: "prod", number: 42)),
        at(7, hour: 7, minute: 20, person: .aiko, act: .promote("web", to: "qa")),
        at(
            7, hour: 16, minute: 0, person: .bot,
            act: .release("api", "1.9.0", "PROJ-107 Orders can be split into shipments (#43)")),
        at(6, hour: 6, minute: 30, person: .aiko, act: .promote("web", to: "staging")),
        at(6, hour: 11, minute: 0, person: .jonas, act: .promote("api", to: "qa")),
        at(
            6, hour: 14, minute: 20, person: .bot,
            act: .release("payments", "2.2.0", "PROJ-109 Pay by invoice (#44)")),
        at(5, hour: 7, minute: 5, person: .aiko, act: .promote("web", to: "prod-us", number: 45)),
        at(
            5, hour: 7, minute: 47, person: .mira,
            act: .revert("web", in: "prod-us", because: "Guests cannot check out.")),
        at(
            5, hour: 15, minute: 0, person: .bot,
            act: .release("web", "3.5.1", "PROJ-110 Fix: guests cannot check out (#46)")),
        at(4, hour: 6, minute: 40, person: .aiko, act: .promote("web", to: "qa")),
        at(4, hour: 8, minute: 30, person: .mira, act: .promote("payments", to: "qa")),
        at(
            4, hour: 14, minute: 10, person: .jonas,
            act: .edit(
                ["apps/proxy/overlays/dev/kustomization.yaml"], from: "replicas:\n",
                to: """
                    images:
                      - name: registry.example.com/shop/proxy
                        newTag: 1.5.0
                    replicas:

                    """, "PROJ-111 Try proxy 1.5.0 in dev (#47)")),
        at(3, hour: 6, minute: 30, person: .aiko, act: .promote("web", to: "staging")),
        at(3, hour: 9, minute: 0, person: .mira, act: .promote("payments", to: "staging-us")),
        at(3, hour: 13, minute: 30, person: .mira, act: .promote("payments", to: "staging-eu")),
        at(
            2, hour: 15, minute: 25, person: .bot,
            act: .release("api", "1.9.1", "PROJ-112 Fix: split orders are charged once (#48)")),
        at(1, hour: 7, minute: 10, person: .aiko, act: .propose("web", to: "prod-us")),
    ]

    private static func at(_ day: Int, hour: Int, minute: Int, person: Person, act: Act) -> Event {
        Event(moment: (day, hour, minute), person: person, act: act)
    }
}

extension DemoHistory.Act {
    static func promote(_ app: String, to environment: String) -> Self {
        .promote(app, to: environment, number: nil)
    }
}

extension DemoHistory.Event {
    /// When it happened; working days are counted back from the day of `now`, in UTC.
    func time(before now: Timestamp) -> Int64 {
        var day = now.seconds / 86_400
        var left = moment.day
        while left > 0 {
            day -= 1
            // 1 January 1970 was a Thursday.
            if (day + 3) % 7 < 5 { left -= 1 }
        }
        return day * 86_400 + Int64(moment.hour * 60 + moment.minute) * 60
    }
}
