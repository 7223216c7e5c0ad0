import Delivery
import Git
import System
import TestSupport

extension Hosted {
    /// The environment in which the clone reaches its host by ssh under any name: ssh is played by a script.
    func online(as url: String) throws -> [String: String?] {
        let folder = host.folder
        for name in ["acme/infra.git", "v3/org/acme/infra"] {
            let link = "\(folder.path)/ssh/\(name)"
            try folder.run("mkdir", ["-p", String(link[..<(link.lastIndex(of: "/") ?? link.endIndex)])])
            try folder.run("ln", ["-sfn", host.path, link])
        }
        try script(
            "ssh/ssh",
            """
            #!/bin/sh
            for command; do :; done
            cd '\(folder.path)/ssh' && eval "exec $(printf %s "$command" | sed "s#'/#'#")"
            """)
        try clone.git("remote", "set-url", "origin", url)
        return ["GIT_SSH_COMMAND": folder.path + "/ssh/ssh", "GIT_SSH_VARIANT": "ssh"].merging(Self.noHost) {
            $1
        }
    }

    /// Variables of whoever runs the tests that say something about hosts.
    private static let noHost: [String: String?] = [
        "GITHUB_SERVER_URL": nil, "CI_SERVER_HOST": nil, "GITHUB_TOKEN": nil, "GH_TOKEN": nil,
        "GH_ENTERPRISE_TOKEN": nil, "GITHUB_ENTERPRISE_TOKEN": nil, "GX_GITHUB_API": nil,
        "GITLAB_TOKEN": nil, "GX_GITLAB_API": nil, "CI_API_V4_URL": nil, "GITEA_TOKEN": nil,
        "FORGEJO_TOKEN": nil, "GX_GITEA_API": nil, "GITEA_ACTIONS": nil, "FORGEJO_ACTIONS": nil,
        "BITBUCKET_TOKEN": nil, "BITBUCKET_USER": nil, "GX_BITBUCKET_API": nil, "GX_AZURE_API": nil,
        "AZURE_DEVOPS_EXT_PAT": nil, "SYSTEM_ACCESSTOKEN": nil, "SYSTEM_COLLECTIONURI": nil,
        "no_proxy": "127.0.0.1", "NO_PROXY": "127.0.0.1",
    ]

    func script(_ name: String, _ text: String) throws {
        let path = host.folder.path + "/" + name
        try host.folder.write(path, (text + "\n").utf8)
        try host.folder.run("chmod", ["+x", path])
    }

    /// Has the host write down the push options that it gets, and answer.
    func recordOptions(saying words: String = "") throws {
        try hook(
            "pre-receive",
            """
            : > '\(host.folder.path)/options'
            i=0; while [ $i -lt ${GIT_PUSH_OPTION_COUNT:-0} ]; do
              eval "printf '%s\\n' \\"\\$GIT_PUSH_OPTION_$i\\"" >> '\(host.folder.path)/options'; i=$((i+1))
            done
            \(words.isEmpty ? ":" : "echo '\(words)' >&2")
            """)
    }

    var options: [String] {
        get throws {
            (try host.folder.read(host.folder.path + "/options") ?? "").split(separator: "\n").map(
                String.init)
        }
    }

    /// Makes the host one that takes pushes to `refs/for/`, as Gitea and Gerrit do: it writes down refs and options,
    /// and gives the commit the name `refs/pull/7/head`. Once there is one, it wants `force-push`.
    func takeReviews() throws {
        try host.git("config", "receive.procReceiveRefs", "refs/for")
        try hook(
            "proc-receive",
            """
            exec python3 - '\(host.folder.path)' 3<&0 <<'PYTHON'
            \(Self.procReceive)
            PYTHON
            """)
    }

    // The protocol is that of githooks(5), "proc-receive".
    private static let procReceive = #"""
        import os, sys
        source = os.fdopen(3, "rb")
        out = sys.stdout.buffer
        def read():
            size = int(source.read(4), 16)
            return None if size == 0 else source.read(size - 4)
        def lines():
            found = []
            while (line := read()) is not None:
                found.append(line.rstrip(b"\n").decode())
            return found
        def write(text):
            data = text.encode()
            out.write(b"%04x" % (len(data) + 4) + data)
        def flush():
            out.write(b"0000")
            out.flush()
        lines()
        write("version=1\0push-options\n")
        flush()
        commands = lines()
        options = lines()
        with open(sys.argv[1] + "/options", "w") as file:
            file.write("\n".join(options) + "\n")
        for command in commands:
            old, new, ref = command.split(" ")
            with open(sys.argv[1] + "/pushed", "a") as file:
                file.write(ref + " " + new + "\n")
            number = open(sys.argv[1] + "/pushed").read().count("\n")
            if number > 1 and "refuse" in open(sys.argv[1] + "/mode").read() and "force-push=true" not in options:
                write("ng " + ref + " request `force-push` push option")
            else:
                os.system("git update-ref refs/pull/7/head " + new)
                write("ok " + ref)
                write("option refname refs/pull/7/head")
        flush()
        print("Visit https://gitea.example.com/acme/infra/pulls/7 for review", file=sys.stderr)
        """#
}
