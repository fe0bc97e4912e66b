-- What a section shows as a whole at the end of the day before its present day, against which each student is set.
-- A due day counts once a third of those still enrolled have handed in; marks need five to be compared. A column that
-- is marked 0, 1 or 100 where its earlier runs were not has changed its mode and is left out (ALERTS.md section 3).
CREATE OR REPLACE TABLE section_now AS
SELECT section, day, coalesce(seen, false) AS has_clicks
FROM section_day LEFT JOIN (
    SELECT section, true AS seen FROM activity_day a JOIN enrolment USING (enrolment) JOIN section_day n USING (section)
    WHERE a.day < n.day AND a.day >= n.day - 14 GROUP BY section) USING (section);

CREATE OR REPLACE TABLE due_now AS
WITH active AS (
    SELECT enrolment, section, day FROM enrolment JOIN section_day USING (section)
    WHERE (left_day IS NULL OR left_day >= day) AND coalesce(registered_day, -1) < day
),
enrolled AS (SELECT section, any_value(day) AS day, count(*) AS people FROM active GROUP BY section),
handed AS (
    SELECT assessment, count(*) FILTER (handed_in < day) AS handed_in,
        count(mark) FILTER (mark_seen < day) AS marks, avg(mark) FILTER (mark_seen < day) AS mark_mean,
        stddev_pop(mark) FILTER (mark_seen < day) AS mark_sd,
        avg((mark IN (0, 1, 100))::INTEGER) FILTER (mark_seen < day) AS mode_share
    FROM submission JOIN active USING (enrolment) WHERE credited IS NOT TRUE GROUP BY assessment
)
SELECT assessment, section, due_day, weight,
    due_day < day AND coalesce(handed_in, 0) >= people / 3 AS is_due,
    coalesce(mode_share > 0.5 AND usual_mode_share < 0.1, false) AS quarantined,
    CASE WHEN marks >= 5 AND NOT quarantined THEN mark_mean END AS mark_mean,
    CASE WHEN marks >= 5 AND NOT quarantined THEN greatest(mark_sd, 1) END AS mark_sd
FROM assessment JOIN enrolled USING (section) LEFT JOIN handed USING (assessment)
