-- What each enrolment shows at the end of the day before its section's present day; nothing is normalised yet.
-- NULL means that nothing is known, zero that it is known to be nothing (R122); least() would take NULL for its limit.
WITH chosen AS (
    SELECT e.*, n.day AS today, n.has_clicks FROM enrolment e JOIN section_now n USING (section)
    WHERE (left_day IS NULL OR left_day >= n.day) AND coalesce(registered_day, -1) < n.day
        AND ($only IS NULL OR enrolment = $only)
),
seen AS (
    SELECT a.*, today, day - lag(day) OVER (PARTITION BY enrolment ORDER BY day) AS gap
    FROM activity_day a JOIN chosen USING (enrolment)
    WHERE day < today AND ($only IS NULL OR enrolment = $only)
),
clicks AS (
    SELECT enrolment,
        count(*) FILTER (day >= today - 7) AS days_7,
        count(*) FILTER (day >= today - 14) AS days_14,
        count(*) FILTER (day >= today - 28) AS days_28,
        count(*) FILTER (day >= 0) AS days_all,
        count(*) FILTER (day >= today - 3) AS days_3,
        sum(clicks) FILTER (day >= today - 7) AS clicks_7,
        sum(clicks) / count(*) AS clicks_a_day,
        count(*) FILTER (day < 0) AS days_before,
        sum(clicks) FILTER (day >= today - 14) AS clicks_14,
        max(gap) FILTER (day >= 0) AS longest_gap,
        sum(clicks) FILTER (day >= 0) AS clicks,
        sum(clicks) FILTER (day < 0) AS clicks_before,
        count(*) FILTER (kinds & 1 > 0) AS discussion_days,
        count(*) FILTER (kinds & 2 > 0) AS quiz_days,
        count(*) FILTER (kinds & 4 > 0 AND day >= today - 14) AS login_days_14,
        count(*) FILTER (kinds & 8 > 0) AS live_days,
        min(today - day) AS idle_days
    FROM seen GROUP BY enrolment
),
work AS (
    SELECT c.enrolment, d.due_day, d.weight + 1 AS weight, d.is_due AND s.credited IS NOT TRUE AS counts, s.handed_in,
        s.handed_in - d.due_day AS lateness,
        CASE WHEN s.mark_seen < c.today AND s.credited IS NOT TRUE THEN (s.mark - d.mark_mean) / d.mark_sd END AS mark,
        CASE WHEN s.mark_seen < c.today AND d.mark_mean IS NOT NULL THEN s.mark END AS percent
    FROM chosen c JOIN due_now d USING (section)
    LEFT JOIN submission s ON s.enrolment = c.enrolment AND s.assessment = d.assessment AND s.handed_in < c.today
),
kept AS (
    SELECT enrolment, count(*) FILTER (counts) AS due,
        count(*) FILTER (counts AND lateness <= 0) AS on_time,
        count(*) FILTER (counts AND handed_in IS NULL) AS missing,
        count(*) FILTER (counts AND lateness > 0) AS late,
        count(*) FILTER (NOT counts AND handed_in IS NOT NULL) AS ahead,
        avg(greatest(lateness, -14)) FILTER (counts) AS lateness,
        sum(mark * weight) / nullif(sum(weight) FILTER (mark IS NOT NULL), 0) AS mark,
        arg_max(mark, due_day) AS last_mark,
        avg(percent) AS percent,
        arg_max(percent, due_day) AS last_percent
    FROM work GROUP BY enrolment
)
SELECT c.enrolment, c.section, c.today, c.has_clicks, coalesce(w.due, 0) AS due,
    CASE WHEN c.has_clicks THEN coalesce(k.days_7, 0) END AS days_7,
    CASE WHEN c.has_clicks THEN coalesce(k.days_14, 0) END AS days_14,
    CASE WHEN c.has_clicks THEN coalesce(k.days_14, 0) END AS few_days,
    CASE WHEN c.has_clicks THEN coalesce(k.days_28, 0) END AS days_28,
    CASE WHEN c.has_clicks THEN coalesce(k.days_all, 0) END AS days_all,
    CASE WHEN c.has_clicks THEN coalesce(k.clicks_14, 0) END AS clicks_14,
    CASE WHEN c.has_clicks THEN coalesce(k.days_3, 0) END AS days_3,
    CASE WHEN c.has_clicks THEN coalesce(k.clicks_7, 0) END AS clicks_7,
    CASE WHEN c.has_clicks THEN coalesce(k.clicks_a_day, 0) END AS clicks_a_day,
    CASE WHEN c.has_clicks THEN coalesce(k.days_before, 0) END AS days_before,
    CASE WHEN c.has_clicks THEN coalesce(k.longest_gap, 0) END AS longest_gap,
    CASE WHEN c.has_clicks THEN coalesce(k.clicks, 0) END AS clicks,
    CASE WHEN c.has_clicks THEN coalesce(k.clicks_before, 0) END AS clicks_before,
    CASE WHEN c.has_clicks THEN coalesce(k.discussion_days, 0) END AS discussion_days,
    CASE WHEN c.has_clicks THEN coalesce(k.quiz_days, 0) END AS quiz_days,
    CASE WHEN c.has_clicks THEN coalesce(k.login_days_14, 0) END AS login_days_14,
    CASE WHEN c.has_clicks THEN coalesce(k.live_days, 0) END AS live_days,
    CASE WHEN c.has_clicks THEN least(coalesce(k.idle_days, 60), 60) END AS idle_days,
    w.on_time / nullif(w.due, 0) AS on_time, w.missing / nullif(w.due, 0) AS missing, w.late, w.ahead, w.lateness,
    w.mark, w.last_mark, w.percent / 100 AS percent, w.last_percent / 100 AS last_percent,
    (w.last_percent < 40)::INTEGER AS failed_last, (w.mark IS NULL)::INTEGER AS no_mark,
    c.education, (c.education <= 1)::INTEGER AS little_education,
    CASE WHEN c.attempts IS NOT NULL THEN least(c.attempts, 3) END AS attempts, c.credits,
    greatest(0, -c.registered_day) AS lead_days,
    CASE WHEN c.earlier_passed IS NOT NULL THEN least(c.earlier_passed, 3) END AS earlier_passed,
    CASE WHEN c.earlier_failed IS NOT NULL THEN least(c.earlier_failed, 3) END AS earlier_failed,
    CASE WHEN c.earlier_withdrawn IS NOT NULL THEN least(c.earlier_withdrawn, 3) END AS earlier_withdrawn,
    s.course_rate, s.winter::INTEGER AS winter
FROM chosen c JOIN section s USING (section)
LEFT JOIN clicks k USING (enrolment) LEFT JOIN kept w USING (enrolment)
ORDER BY c.enrolment
