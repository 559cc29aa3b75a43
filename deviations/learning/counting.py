"""The one statement that counts a month: SQL that both engines read, aggregated where the deviations are.

What one deviation is counted as is decided in `c`; each dimension is then one small GROUP BY of it. By construction a
deviation that reached a station has passed those before it, so that the stations' sums are exact.
"""

from django.db import connection
from django.utils import timezone

from deviations.learning.days import BEYOND, EXACT, WEEK, YEAR
from deviations.models import AgendaItem, Decision, Deviation, FactMonth, HistoryEntry, Measure, Meeting, Statement
from deviations.workflow import State
from orgs.models import Agreement, Organisation

D = FactMonth.Dimension
STATIONS = ("waiting", "received", "answered", "agenda", "decided", "measure", "carried_out", "effect")
REFUSALS = ("decline", "hand_over", "pass_on")
TEST = "test"
"""The reason to decline that says that it was none."""
NEVER = "'9999-12-31'"
UNITED = {
    D.ANSWER: "answer", D.CLOSING: "closing", D.STATION: "station", D.CATEGORY: "category",
    D.TARGET_GROUP: "target_group", D.MUNICIPALITY: "municipality", D.KIND: "kind", D.CARE_LEVEL: "care_level",
    D.PROBLEM: "problem", D.CLAUSE: "clause", D.DIRECTION: "direction",
}  # fmt: skip
"""Dimensions in which every deviation has one key: the column of `c`."""
READ = (
    "id", "county_id", "accountable_body_id", "state", "sequence", "occurrences", "bounces", "category", "target_group",
    "kind", "municipality_code", "care_level", "problem_area", "clause_key", "reporting_principal_id",
    "receiving_principal_id", "occurred_on", "filed_at", "received_at", "first_answer_at", "answer_due_on", "agenda_on",
    "decided_at", "fed_back_at", "closed_at", "filed_by_id",
)  # fmt: skip
"""Of a deviation; never its texts. Who filed is only asked whether it was for the first time."""
MODES = {"A": "receipt", "B": "answer = 'in_time'", "C": "raised", "D": "told", "E": "carried_out"}
DONE = (
    "CASE WHEN z.carried_out_at IS NOT NULL THEN 'done' WHEN z.stalled_at IS NOT NULL THEN 'stalled' ELSE 'going' END"
)
DAYS = {
    D.ANSWER_DAYS: "answer_days", D.RAISED_DAYS: "raised_days", D.TOLD_DAYS: "told_days",
    D.CHANGED_DAYS: "changed_days", D.CLOSING_DAYS: "closing_days",
}  # fmt: skip


def statement() -> str:
    """INSERT … SELECT. Parameters: county, first moment, first moment after, county, month."""
    kind = "date" if connection.vendor == "postgresql" else "text"
    return (
        f'INSERT INTO {FactMonth._meta.db_table} (county_id, month, body_id, dimension, "key", count) '  # noqa: S608
        f"WITH {_rows()} SELECT CAST(%s AS bigint), CAST(%s AS {kind}), f.* FROM ({' UNION ALL '.join(_each())}) f"
    )


def _rows() -> str:
    """`d`: the month's deviations; `c`: those that are counted, each with what it is counted as."""
    return f"{_gathered()},\n{_counted()}"


def _gathered() -> str:
    """The month's deviations, and what has been done about them: one row each in `ms`, `dc`, `ag` and `x`."""
    of_month = "deviation_id IN (SELECT id FROM d)"
    return f"""
d AS MATERIALIZED (
  SELECT {", ".join(READ)} FROM {Deviation._meta.db_table}
   WHERE county_id = %s AND filed_at >= %s AND filed_at < %s
     AND state NOT IN ('{State.DRAFT}', '{State.DISCARDED}')),
hi AS MATERIALIZED (
  SELECT deviation_id, CASE step WHEN 'decline' THEN data ->> 'code' ELSE step END AS reason
    FROM {HistoryEntry._meta.db_table} WHERE {of_month} AND step IN ({", ".join(f"'{step}'" for step in REFUSALS)})),
ms AS (SELECT deviation_id, MIN(carried_out_at) AS first_at, MAX(CASE effect WHEN '{Measure.Effect.VERIFIED}'
         THEN 1 ELSE 0 END) AS verified FROM {Measure._meta.db_table} WHERE {of_month} GROUP BY deviation_id),
dc AS (SELECT deviation_id, MIN(decided_at) AS first_at FROM {Decision._meta.db_table}
        WHERE {of_month} GROUP BY deviation_id),
ag AS (SELECT t.deviation_id, MIN(g.starts_at) AS first_at FROM {AgendaItem.deviations.through._meta.db_table} t
         JOIN {AgendaItem._meta.db_table} i ON i.id = t.agendaitem_id
         JOIN {Meeting._meta.db_table} g ON g.id = i.meeting_id
        WHERE t.{of_month} AND i.removed_at IS NULL AND i.verb <> '' GROUP BY t.deviation_id),
x AS MATERIALIZED (
  SELECT id, accountable_body_id AS body, CASE WHEN state = '{State.WITHDRAWN}' THEN 'withdrawn'
         WHEN state = '{State.MERGED}' THEN 'merged'
         WHEN id IN (SELECT deviation_id FROM hi WHERE reason = '{TEST}') THEN 'test' ELSE '' END AS excluded FROM d)"""  # noqa: S608  # our own names and states


def _counted() -> str:
    """What each that is counted is counted as: where it came from, how far it has come, and after how many days."""
    columns = ",\n         ".join((*_as_filed(), *_as_handled(), *_days_taken()))
    place = "strpos" if connection.vendor == "postgresql" else "instr"
    agreement = f"substr(d.clause_key, 1, {place}(d.clause_key || '/', '/') - 1)"
    return f"""c AS MATERIALIZED (
  SELECT {columns}
    FROM d JOIN x ON x.id = d.id LEFT JOIN ms ON ms.deviation_id = d.id LEFT JOIN dc ON dc.deviation_id = d.id
    LEFT JOIN ag ON ag.deviation_id = d.id
    LEFT JOIN {Agreement._meta.db_table} av ON av.county_id = d.county_id AND av.key = {agreement}
   WHERE x.excluded = '')"""  # noqa: S608  # our own names and states


def _as_filed() -> tuple[str, ...]:
    """What was said when it came, and whether its reporter had filed before."""
    return (
        "d.id", "x.body", "d.occurrences", "d.category", "d.target_group", "d.kind",
        "d.municipality_code AS municipality", "COALESCE(CAST(d.care_level AS text), '') AS care_level",
        "d.problem_area AS problem",
        "CASE WHEN d.clause_key = '' THEN '' ELSE d.clause_key || CASE WHEN av.valid_to < d.occurred_on "
        "THEN '>expired' ELSE '>valid' END END AS clause",
        "CAST(d.reporting_principal_id AS text) || '>' || COALESCE(CAST(d.receiving_principal_id AS text), '') "
        "AS direction",
        "CAST(d.reporting_principal_id AS text) AS principal", f"{_first()} AS newcomer",
    )  # fmt: skip


def _as_handled() -> tuple[str, ...]:
    """What has become of it. Whatever was decided has been raised, whether or not it stood on an agenda."""
    decided = "(d.decided_at IS NOT NULL OR dc.deviation_id IS NOT NULL OR ms.deviation_id IS NOT NULL)"
    raised = f"(d.agenda_on IS NOT NULL OR ag.deviation_id IS NOT NULL OR {decided})"
    return (
        "d.bounces", "d.sequence > 0 AS receipt",
        "CASE WHEN d.first_answer_at IS NULL THEN 'none' WHEN d.answer_due_on IS NULL "
        f"OR {_day('d.first_answer_at')} <= d.answer_due_on THEN 'in_time' ELSE 'late' END AS answer",
        f"CASE d.state WHEN '{State.CLOSED}' THEN 'closed' ELSE 'open' END AS closing",
        "d.fed_back_at IS NOT NULL AS told", "ms.deviation_id IS NOT NULL AS led",
        "ms.first_at IS NOT NULL AS carried_out", f"{raised} AS raised",
        "CASE WHEN ms.first_at IS NOT NULL AND ms.verified = 1 THEN 'effect' WHEN ms.first_at IS NOT NULL "
        f"THEN 'carried_out' WHEN ms.deviation_id IS NOT NULL THEN 'measure' WHEN {decided} THEN 'decided' "
        f"WHEN {raised} THEN 'agenda' WHEN d.first_answer_at IS NOT NULL THEN 'answered' "
        "WHEN d.received_at IS NOT NULL THEN 'received' ELSE 'waiting' END AS station",
    )  # fmt: skip


def _days_taken() -> tuple[str, ...]:
    """Whole days from the day of filing; NULL for what has not happened."""
    filed = _day("d.filed_at")
    return (
        f"{_between(filed, _day('d.first_answer_at'))} AS answer_days",
        f"{_between(filed, _raised_on())} AS raised_days",
        f"{_between(filed, _day('d.fed_back_at'))} AS told_days",
        f"{_between(filed, _day('ms.first_at'))} AS changed_days",
        f"CASE d.state WHEN '{State.CLOSED}' THEN {_between(filed, _day('d.closed_at'))} END AS closing_days",
    )


def _raised_on() -> str:
    """The first day on which a body took it up; NULL when none has."""
    postgresql = connection.vendor == "postgresql"
    least, never = ("LEAST", f"date {NEVER}") if postgresql else ("min", NEVER)
    days = ("d.agenda_on", _day("dc.first_at"), _day("ag.first_at"))
    return f"NULLIF({least}({', '.join(f'COALESCE({day}, {never})' for day in days)}), {never})"


def _first() -> str:
    """Whether it is the first that its reporter has filed in the county, whatever became of earlier ones."""
    return (
        f"NOT EXISTS (SELECT 1 FROM {Deviation._meta.db_table} e WHERE e.filed_by_id = d.filed_by_id "  # noqa: S608
        "AND e.county_id = d.county_id AND (e.filed_at, e.id) < (d.filed_at, d.id))"
    )


def _each() -> list[str]:
    """One SELECT of body, dimension, key and count per dimension."""
    found = [
        _group("x", D.EXCLUDED, "excluded", where="excluded <> ''"),
        _group("c", D.FILED, "''"),
        _group("c", D.TIMES, "''", count="SUM(occurrences)"),
        _group("c", D.LEFT, "station", where="closing = 'closed'"),
        _group("c", D.REROUTED, "'yes'", where="bounces > 0"),
        _group("c", D.NEWCOMER, "principal", where="newcomer"),
        _group("c JOIN hi ON hi.deviation_id = c.id", D.REJECTED, "COALESCE(hi.reason, '')"),
    ]
    found += [_group("c", dimension, column) for dimension, column in UNITED.items()]
    found += [_group("c", D.MODE, f"'{mode}'", where=condition) for mode, condition in MODES.items()]
    found += [_group("c", name, step(column), where=f"{column} IS NOT NULL") for name, column in DAYS.items()]
    measures = f"c JOIN {Measure._meta.db_table} z ON z.deviation_id = c.id"
    found.append(_group(measures, D.MEASURES, DONE))
    found.append(_group(measures, D.EFFECT, "CASE z.effect WHEN '' THEN 'waiting' ELSE z.effect END"))
    found.append(_group(*_receivers()))
    return found


def _receivers() -> tuple[str, str, str]:
    """Statements by the principal that was asked. What is passed on or declined is answered too."""
    tables = (
        f"c JOIN {Statement._meta.db_table} z ON z.deviation_id = c.id "
        f"JOIN {Organisation._meta.db_table} o ON o.id = z.organisation_id"
    )
    state = (
        f"CASE WHEN z.answered_at IS NULL THEN 'open>' || CAST(z.due_on AS text) "
        f"WHEN {_day('z.answered_at')} <= z.due_on THEN 'in_time' ELSE 'late' END"
    )
    return tables, D.RECEIVER, f"CAST(o.principal_id AS text) || '>' || {state}"


def _group(tables: str, dimension: str, key: str, *, where: str = "", count: str = "COUNT(*)") -> str:
    """Grouped by position, since a key may be an expression."""
    chosen = f" WHERE {where}" if where else ""
    return f"SELECT body, '{dimension}', {key}, {count} FROM {tables}{chosen} GROUP BY 1, 3"  # noqa: S608


def step(days: str) -> str:
    """`days.step_of` in SQL, as text."""
    weeks = f"{EXACT} + (({days} - {EXACT + 1}) / {WEEK} + 1) * {WEEK}"
    return (
        f"CAST(CASE WHEN {days} < 0 THEN 0 WHEN {days} <= {EXACT} THEN {days} "
        f"WHEN {days} <= {YEAR} THEN {weeks} ELSE {BEYOND} END AS text)"
    )


def _day(column: str) -> str:
    """The day in Sweden of a moment."""
    zone = timezone.get_default_timezone_name()
    if connection.vendor == "postgresql":
        return f"({column} AT TIME ZONE '{zone}')::date"
    return f"django_datetime_cast_date({column}, '{zone}', 'UTC')"


def _between(first: str, last: str) -> str:
    """Whole days from one day to another; NULL when either is."""
    if connection.vendor == "postgresql":
        return f"({last} - {first})"
    return f"CAST(julianday({last}) - julianday({first}) AS integer)"
