extension StatusPage {
    /// What makes the page handier: finding, sorting, ages. Without it everything is there all the same.
    /// It has neither `<` nor `&`, so that the page stays well-formed XML.
    static let script: StaticString = #"""
        (() => {
          "use strict";
          const element = id => document.getElementById(id);
          const body = element("versions").tBodies[0];
          const rows = [...body.rows];
          const things = [...document.querySelectorAll(".find")];
          const [search, show, sort, found] = ["search", "show", "sort", "found"].map(element);
          document.documentElement.classList.add("js");
          element("controls").hidden = false;

          const texts = new Map();
          const text = node => {
            if (!texts.has(node)) texts.set(node, node.textContent.toLowerCase());
            return texts.get(node);
          };
          const target = row => {
            const link = row.querySelector("th a");
            return link ? element(link.hash.slice(1)) : null;
          };
          const count = (number, one, many) => number + " " + (number === 1 ? one : many);

          const filter = () => {
            const words = search.value.toLowerCase().split(/\s+/).filter(word => word);
            const has = node => node ? words.every(word => text(node).includes(word)) : false;
            let shown = 0;
            for (const row of rows) {
              const flags = (row.dataset.f || "").split(" ");
              const isWanted = show.value === "" ? true : flags.includes(show.value);
              const isFound = words.length === 0 ? true : has(row) ? true : has(target(row));
              row.hidden = isWanted ? !isFound : true;
              if (!row.hidden) shown += 1;
            }
            let others = 0;
            for (const thing of things) {
              thing.hidden = words.length === 0 ? false : !has(thing);
              if (!thing.hidden) others += 1;
            }
            for (const day of document.querySelectorAll(".day")) {
              let next = day.nextElementSibling;
              let isEmpty = true;
              while (next ? next.matches(".change") : false) {
                if (!next.hidden) isEmpty = false;
                next = next.nextElementSibling;
              }
              day.hidden = isEmpty;
            }
            const isAll = words.length + show.value.length === 0;
            found.textContent = isAll ? "" : count(shown, "app", "apps")
              + (words.length ? ", " + count(others, "entry below", "entries below") : "");
          };

          const orders = {
            name: (a, b) => rows.indexOf(a) - rows.indexOf(b),
            time: (a, b) => b.dataset.t - a.dataset.t,
            differs: (a, b) => b.dataset.n - a.dataset.n
          };
          search.addEventListener("input", filter);
          show.addEventListener("change", filter);
          sort.addEventListener("change", () => body.append(...[...rows].sort(orders[sort.value])));
          element("controls").addEventListener("submit", event => event.preventDefault());

          document.addEventListener("keydown", event => {
            const isTyping = event.target.matches("input, select");
            if (event.key === "/" ? !isTyping : false) {
              event.preventDefault();
              search.focus();
            }
            if (event.key === "Escape" ? event.target === search : false) {
              search.value = "";
              filter();
            }
          });

          // The whole row leads where its name does; selecting text does not.
          body.addEventListener("click", event => {
            const row = event.target.closest("tr");
            const link = row ? row.querySelector("th a") : null;
            if (event.target.closest("a") ? true : String(getSelection())) return;
            if (link) location.hash = link.hash;
          });

          // Browsers that do not open what a link leads into.
          const reveal = () => {
            const place = location.hash ? element(location.hash.slice(1)) : null;
            const details = place ? place.closest("details") : null;
            if (details ? !details.open : false) {
              details.open = true;
              place.scrollIntoView();
            }
          };
          addEventListener("hashchange", reveal);
          reveal();

          const units = [["year", 31557600], ["month", 2629800], ["week", 604800], ["day", 86400], ["hour", 3600],
            ["minute", 60]];
          for (const time of document.querySelectorAll("time[datetime]")) {
            const seconds = (Date.now() - Date.parse(time.dateTime)) / 1000;
            const unit = units.find(([, length]) => seconds >= 2 * length);
            if (unit) time.append(" (" + Math.floor(seconds / unit[1]) + " " + unit[0] + "s ago)");
          }
        })();
        """#
}
