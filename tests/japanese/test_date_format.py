from japanese.date_format import unbroken


def test_no_line_of_a_page_ends_within_a_day():
    sentence = unbroken("返却期限 12月3日(木)まで(あと3日)。2027年4月1日(木)に")
    assert sentence == (
        '返却期限 <span class="day">12月3日(木)まで</span><wbr>(<span class="day">あと3日</span>)。'
        '2027年<span class="day">4月1日(木)</span>に'
    )


def test_no_line_of_a_page_ends_within_the_time_one_waits():
    assert unbroken("目安 3〜11週間・2週間以内") == (
        '目安 <span class="day">3〜11週間</span>・<span class="day">2週間以内</span>'
    )


def test_what_is_written_around_a_day_stays_text():
    assert unbroken("<b>12月3日</b>") == ('&lt;b&gt;<span class="day">12月3日</span>&lt;/b&gt;')
    assert unbroken(unbroken("3月")) == "3月"
