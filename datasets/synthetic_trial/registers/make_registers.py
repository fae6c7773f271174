"""Writes the registers of the synthetic trial: nothing in them is a real person, place, force or measurement.

The watchlist and the alerts are those of the trial with the columns of a register added; every added cell is a function of the
row's identifier, so that the files come out the same on any machine.

Usage: make_registers.py FOLDER
"""
import csv
import gzip
import hashlib
import pathlib
import sys

TRIAL = pathlib.Path(__file__).resolve().parents[1]
DEPLOYMENTS = [f"synthetic-deployment-{i:03d}" for i in range(1, 7)]
DAYS = ["2024-03-04", "2024-03-11", "2024-03-18", "2024-03-25", "2024-04-08", "2024-04-15"]
OPERATORS = [f"synthetic-operator-{i}" for i in range(1, 8)]


def table(name):
    with gzip.open(TRIAL / f"{name}.csv.gz", "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def draw(row, what, n):
    """A whole number below n that depends on the identifier alone."""
    return int.from_bytes(hashlib.sha256(f"{row}/{what}".encode()).digest()[:4], "big") % n


def watchlist():
    for row in table("watchlist"):
        person, image = row["person"], row["image"]
        kind = draw(person, "category", 100)
        category = ("wanted_on_warrant" if kind < 55 else "wanted_suspect" if kind < 75 else "missing" if kind < 88 else
                    "bail_conditions" if kind < 97 else "persons of interest to the operation")
        grade = ("" if category == "missing" else "serious" if draw(person, "grade", 100) < 22 else "other")
        verified = draw(person, "verified", 100)
        age = draw(person, "age", 100)
        band = "under_18" if age < 3 else "adult"
        yield row | {
            "category": category,
            "offence_grade": grade,
            "legal_basis": "" if draw(person, "basis", 100) < 6 else "statute",
            "source": "" if draw(image, "source", 100) < 9 else "custody" if draw(image, "origin", 3) else "other agency",
            "image_date": f"20{16 + draw(image, 'year', 8)}-{1 + draw(image, 'month', 12):02d}-{1 + draw(image, 'day', 28):02d}",
            "verified": "2024-04-14" if verified < 80 else "2024-02-01" if verified < 95 else "",
            "presence_reason": "" if draw(person, "presence", 100) < 30 else "seen nearby",
            "authority": "superintendent" if band == "under_18" and draw(person, "authority", 4) else "",
            "age_band": band,
            "address_known": ("yes", "yes", "no", "")[draw(person, "address", 4)],
        }


def alerts():
    for row in table("alerts"):
        name, place = row["alert"], DEPLOYMENTS.index(row["deployment"])
        second = 10 * 3600 + draw(name, "time", 5 * 3600)
        judged = second + 4 + draw(name, "judged", 40)
        clock = lambda s: f"{DAYS[place]}T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}"
        stopped, right = row["engaged"] == "yes", row["identity"] == "true"
        # One rejected alert in five was looked at again afterwards, from the video.
        reviewed = row["adjudication"] == "not_credible" and draw(name, "review", 5) == 0
        first, other = draw(name, "operator", 7), draw(name, "second", 7)
        people = [OPERATORS[first]] + ([OPERATORS[other]] if stopped and other != first and draw(name, "two", 10) < 8 else [])
        made = row | {
            "adjudicator": ";".join(people) if draw(name, "named", 50) else "",
            "time": clock(second),
            "adjudicated_at": clock(judged),
            "invalid_entry": ("yes" if draw(name, "stale", 12) == 0 else "no") if right else "",
            "relation": ("kin" if draw(name, "kin", 16) == 0 else "stranger") if stopped and not right else "",
            "minutes": str(2 + draw(name, "minutes", 9) + (21 if draw(name, "long", 12) == 0 else 0)) if stopped else "",
            "force_used": ("yes" if draw(name, "force", 15) == 0 else "no") if stopped else "",
            "outcome.arrest": "yes" if stopped and right and draw(name, "arrest", 10) < 6 else "no",
            "outcome.disposal": "yes" if stopped and right and draw(name, "disposal", 10) < 3 else "no",
        }
        if reviewed:
            made |= {"identity": "false" if draw(name, "truth", 12) else "true", "label_source": "ground_truth"}
        yield made


def authorisations():
    for i, (name, day) in enumerate(zip(DEPLOYMENTS, DAYS)):
        yield {
            "deployment": name,
            "authorised": f"{day}T10:20" if i == 4 else f"{day}T07:30",
            "rank": "superintendent", "grounds": "" if i == 5 else "reports of offences at the place",
            "use_case": ("hotspot", "hotspot", "access_route", "hotspot", "intelligence", "hotspot")[i],
            "planned_start": f"{day}T10:00", "planned_end": f"{day}T15:00",
            "started": f"{day}T10:00", "ended": f"{day}T15:25" if i == 2 else f"{day}T15:00",
            "sensitive_place": ("none", "worship", "none", "none", "protest", "none")[i],
            "justification": "the route passes the gate" if i == 1 else "",
        }


def notices():
    for i, (name, day) in enumerate(zip(DEPLOYMENTS, DAYS)):
        if i == 3:
            continue
        before = {"2024-03-04": "2024-03-02", "2024-03-11": "2024-03-08", "2024-03-18": "2024-03-15", "2024-04-08": "2024-04-05", "2024-04-15": "2024-04-12"}[day]
        yield {"notice": f"web-{i + 1}", "deployment": name, "published": f"{day}T09:30" if i == 4 else f"{before}T12:00", "channel": "web",
               "tells": "why;who_to_ask;how_captured" if i != 5 else "why;who_to_ask"}


def staffing():
    for i, name in enumerate(DEPLOYMENTS):
        yield {"deployment": name, "officers": 14 + i, "officer_hours": format((14 + i) * 6.5, "g")}


def comparators():
    for i in range(4):
        yield {"comparator": f"warrants-{i + 1}", "tactic": "warrant_visits", "site": "district", "control": "no", "period": "before" if i < 2 else "after",
               "from": f"2024-0{i + 1}-01", "to": f"2024-0{i + 1}-28", "officer_hours": 120 + 15 * i, "cost": 5000 + 400 * i,
               "reason": "" if i else "too few of those sought live where they are registered", "outcome.arrest": 9 + 2 * i, "outcome.theft": ""}
    # Thefts at places that are patrolled as ever: where the cameras came, and where they never did.
    places = [("market", "no", 41, 24), ("station", "no", 36, 27), ("arcade", "no", 52, 33), ("square", "yes", 38, 34), ("quay", "yes", 44, 37), ("park", "yes", 47, 45)]
    for i, (site, control, before, after) in enumerate(places):
        for period, first, last, thefts in (("before", "2024-01-01", "2024-02-29", before), ("after", "2024-03-04", "2024-04-28", after)):
            yield {"comparator": f"patrols-{i + 1}-{period}", "tactic": "foot_patrol", "site": site, "control": control, "period": period, "from": first, "to": last,
                   "officer_hours": "", "cost": "", "reason": "", "outcome.arrest": "", "outcome.theft": thefts}


def complaints():
    rows = [("002", "2024-03-13", "2024-03-20"), ("003", "2024-03-19", "2024-05-02"), ("005", "2024-04-09", ""), ("006", "2024-04-29", "")]
    for i, (where, received, answered) in enumerate(rows):
        yield {"complaint": f"complaint-{i + 1}", "deployment": f"synthetic-deployment-{where}", "received": received, "answered": answered}


def operators():
    for i, name in enumerate(OPERATORS):
        yield {"operator": name, "trained_on": "" if i == 6 else f"2023-0{i + 1}-10", "valid_until": "" if i == 6 else f"2024-0{i + 1}-09" if i < 3 else "2025-01-09"}


def costs():
    for i, (kind, amount) in enumerate([("vendor", 42000), ("equipment", 18500), ("staff", 23100), ("vehicles", 6400)]):
        yield {"cost": f"cost-{i + 1}", "kind": kind, "amount": amount, "currency": "GBP"}


def retention():
    rows = [("alert", "dpia", 86400, ""), ("alert", "privacy_notice", 86400, ""), ("watchlist", "dpia", 86400, ""), ("watchlist", "privacy_notice", 604800, ""),
            ("video", "dpia", 2678400, "")]
    rows += [("watchlist", "", "", 3600 + 9000 * i) for i in range(6)] + [("alert", "", "", 1200), ("alert", "", "", 90000)]
    for i, (what, document, stated, measured) in enumerate(rows):
        yield {"entry": f"entry-{i + 1:02d}", "what": what, "document": document, "stated_seconds": stated, "measured_seconds": measured}


WRITTEN = {"watchlist": watchlist, "alerts": alerts, "authorisations": authorisations, "notices": notices, "staffing": staffing, "comparators": comparators,
           "complaints": complaints, "operators": operators, "costs": costs, "retention": retention}


def main(folder):
    for name, rows in WRITTEN.items():
        rows = list(rows())
        with open(pathlib.Path(folder) / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main(sys.argv[1])
