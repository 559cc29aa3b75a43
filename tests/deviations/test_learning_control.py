"""Control charts agree with the textbooks' own figures. Each data set is named with where it was published."""

import pytest

from deviations.learning.control import finding, p_chart, t_chart, u_chart, xmr_chart

# NIST/SEMATECH e-Handbook 6.3.3.2, misregistered chips on 30 wafers of 50; the same as Montgomery, table 7.1 (cans of
# orange juice). Printed: mean 0.2313, limits 0.0524 and 0.4102, samples 15 and 23 above.
WAFERS = [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6]
# NIST 6.3.3.1, defects on 25 wafers. Printed: mean 16, limits 4 and 28, wafer 24 above.
DEFECTS = [16, 14, 28, 16, 12, 20, 10, 12, 10, 17, 19, 17, 14, 16, 15, 13, 14, 16, 11, 20, 11, 19, 16, 31, 13]
# Montgomery, table 7.11, flaws in ten rolls of dyed cloth, by units of 50 square metres. Printed: mean 1.42 (153 in
# 107.5); with that mean rounded, roll 1 has the limits 0.29 and 2.55: unrounded 1.42326 - 3·√(1.42326/10) = 0.29147 and
# 2.55504.
FLAWS = [14, 12, 20, 11, 7, 10, 21, 16, 19, 23]
ROLLS = [10.0, 8.0, 13.0, 10.0, 9.5, 10.0, 12.0, 10.5, 12.0, 12.5]
# NIST 6.3.2.2, flow rates of ten batches. Printed: mean 50.81, mean range 1.8778, limits 45.8159 and 55.8041.
FLOW = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1]
# Montgomery, table 6.6, viscosity of fifteen batches of primer paint. Printed: mean 33.52, mean range 0.48, limits
# 32.24 and 34.80, of the range 1.57.
PAINT = [33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54, 33.12, 33.84]
# Montgomery, table 7.14, hours between twenty failures of a valve, transformed there by the power 0.2777. Printed: mean
# 5.39, mean range 2.36, no point outside. By 1/3.6: mean 5.38928, mean range 2.36092, upper limit
# 5.38928 + 3·2.36092/1.128 = 11.66832, lower below nothing; back in hours 430.04 and 6,937.9.
VALVE = [286, 948, 536, 124, 816, 729, 4, 143, 431, 8, 2837, 596, 81, 227, 603, 492, 1199, 1214, 2831, 96]


def limits(point, digits):
    return round(point.lower, digits), round(point.upper, digits)


def test_p_chart_of_nists_wafers():
    chart = p_chart(WAFERS, [50] * 30)
    assert round(chart.centre, 4) == 0.2313
    assert limits(chart.points[0], 4) == (0.0524, 0.4102)
    assert [at + 1 for at in chart.outside] == [15, 23]


def test_p_chart_with_the_binomials_own_limits():
    # of 50 with share 0.23133, P(X ≤ 3) = 0.0010 and P(X ≤ 4) = 0.0040: 4; P(X ≤ 20) < 0.99865 ≤ P(X ≤ 21): 21
    chart = p_chart(WAFERS, [50] * 30, exact=True)
    assert limits(chart.points[0], 2) == (0.08, 0.42)
    assert [at + 1 for at in chart.outside] == [15, 23]


def test_c_chart_of_nists_defects_is_a_u_chart_of_ones():
    chart = u_chart(DEFECTS, [1] * 25)
    assert (chart.centre, limits(chart.points[0], 4)) == (16.0, (4.0, 28.0))
    assert [at + 1 for at in chart.outside] == [24]


def test_u_chart_has_wider_limits_where_less_was_looked_at():
    chart = u_chart(FLAWS, ROLLS)
    assert round(chart.centre, 2) == 1.42
    assert limits(chart.points[0], 5) == (0.29147, 2.55504)
    assert limits(chart.points[1], 2) == (0.16, 2.69)
    assert chart.outside == ()


def test_x_chart_of_nists_flow_rates():
    values, ranges = xmr_chart(FLOW)
    assert (round(values.centre, 2), round(ranges.centre, 4)) == (50.81, 1.8778)
    assert limits(values.points[0], 4) == (45.8159, 55.8041)
    assert values.outside == ()


def test_x_and_range_chart_of_montgomerys_paint():
    values, ranges = xmr_chart(PAINT)
    assert (round(values.centre, 2), round(ranges.centre, 2)) == (33.52, 0.48)
    assert limits(values.points[0], 2) == (32.24, 34.80)
    assert (round(ranges.points[0].upper, 2), ranges.points[0].lower) == (1.57, None)


def test_t_chart_of_montgomerys_valve():
    chart = t_chart(VALVE)
    assert (round(chart.centre ** (1 / 3.6), 2), round(chart.points[0].upper ** (1 / 3.6), 2)) == (5.39, 11.67)
    assert (round(chart.centre, 2), round(chart.points[0].upper, 1), chart.points[0].lower) == (430.04, 6937.9, None)
    assert chart.outside == ()


def test_a_long_wait_stands_out_and_two_at_once_do_not():
    assert t_chart([*VALVE, 20_000]).outside == (20,)
    assert t_chart([*VALVE, 0]).outside == ()


def test_limits_frozen_before_a_change_judge_what_came_after():
    after = [3, 2, 4, 3, 2]
    frozen = p_chart([*WAFERS, *after], [50] * 35, baseline=30)
    assert frozen.centre == p_chart(WAFERS, [50] * 30).centre
    assert p_chart([*WAFERS, *after], [50] * 35, baseline=30, exact=True).outside == (14, 22, 30, 31, 33, 34)
    assert frozen.outside == (14, 22, 31, 34)
    values, ranges = xmr_chart([*FLOW, 60.0], baseline=10)
    assert (values.outside, ranges.outside) == ((10,), (9,))
    assert values.points[0] == xmr_chart(FLOW)[0].points[0]


def test_a_limit_that_no_count_can_pass_is_none():
    chart = p_chart([9, 10, 9, 10], [10] * 4)
    assert (chart.points[0].upper, chart.outside) == (1.0, ())
    assert u_chart([1, 2, 0, 1], [1] * 4).points[0].lower is None


@pytest.mark.parametrize(
    "made",
    [
        lambda: p_chart([1], [0]),
        lambda: p_chart([3], [2]),
        lambda: p_chart([], []),
        lambda: u_chart([1], [0.0]),
        lambda: u_chart([-1], [1.0]),
        lambda: u_chart([1], [1.0], baseline=2),
        lambda: xmr_chart([1.0]),
        lambda: xmr_chart([1.0, 2.0], baseline=1),
        lambda: t_chart([1.0, -1.0]),
    ],
)
def test_what_cannot_be_charted_is_refused(made):
    with pytest.raises(ValueError, match=r"limits|size|order"):
        made()


def test_the_words_name_the_chart_and_say_how_sure_its_limits_are():
    assert finding(p_chart(WAFERS, [50] * 30)) == (
        "2 punkter utanför styrgränserna. P-diagram, gränser av de första 30 punkterna."
    )
    assert finding(xmr_chart(FLOW)[0]) == (
        "Inga ovanliga värden: alla ligger inom styrgränserna. X-diagram, gränser av de första 10 punkterna. "
        "Gränserna är preliminära under 20 punkter."
    )
