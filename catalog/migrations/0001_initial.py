import catalog.models.headings
import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Bib',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('source', models.CharField(max_length=40, verbose_name='取込元')),
                ('source_key', models.CharField(max_length=100, verbose_name='取込元の番号')),
                ('title', models.TextField(verbose_name='題名')),
                ('title_reading', models.TextField(blank=True, verbose_name='題名の読み')),
                ('title_romanised', models.TextField(blank=True, verbose_name='題名のローマ字')),
                ('subtitle', models.TextField(blank=True, verbose_name='副題')),
                ('volume', models.CharField(blank=True, help_text='題名につづけて示すまま。例: 上、第3巻', max_length=100, verbose_name='巻')),
                ('volume_order', models.DecimalField(blank=True, decimal_places=8, max_digits=20, null=True, verbose_name='巻の順')),
                ('series_number', models.CharField(blank=True, max_length=100, verbose_name='シリーズ番号')),
                ('edition', models.CharField(blank=True, max_length=200, verbose_name='版')),
                ('publisher', models.CharField(blank=True, max_length=300, verbose_name='出版者')),
                ('published', models.CharField(blank=True, help_text='例: 2016.12', max_length=60, verbose_name='出版年月')),
                ('year', models.SmallIntegerField(blank=True, null=True, verbose_name='出版年')),
                ('extent', models.CharField(blank=True, max_length=300, verbose_name='ページ数・大きさ')),
                ('isbns', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=13), blank=True, default=list, help_text='13桁、ハイフンなし。', size=None, verbose_name='ISBN')),
                ('ndc', models.CharField(blank=True, max_length=20, verbose_name='分類 (NDC)')),
                ('subjects', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None, verbose_name='件名')),
                ('subject_readings', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=300), blank=True, default=list, size=None, verbose_name='件名の読み')),
                ('language', models.CharField(default='jpn', max_length=3, verbose_name='言語')),
                ('audience', models.CharField(choices=[('adult', '一般'), ('young', 'ティーンズ'), ('child', '児童')], default='adult', max_length=5, verbose_name='対象')),
                ('contents', models.TextField(blank=True, verbose_name='内容')),
                ('notes', models.TextField(blank=True, verbose_name='注記')),
                ('hidden', models.BooleanField(db_default=False, default=False, help_text='ほかの図書館から借りた資料など、検索にも一覧にも出さず、ウェブでは予約できない資料に印を付けます。予約は窓口で受けられます。', verbose_name='利用者に見せない')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='登録')),
            ],
            options={
                'verbose_name': '資料',
                'verbose_name_plural': '資料',
            },
        ),
        migrations.CreateModel(
            name='Branch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(help_text='アドレスに使う英字の名前です。', unique=True, verbose_name='略号')),
                ('name', models.CharField(max_length=60, verbose_name='館名')),
                ('reading', models.CharField(blank=True, db_default='', default='', help_text='カタカナで、ことばの切れめを空けて入れます。例: チュウオウ トショカン', max_length=100, verbose_name='館名の読み')),
                ('short_name', models.CharField(help_text='一覧や伝票に使います。', max_length=20, verbose_name='短い館名')),
                ('address', models.CharField(blank=True, max_length=200, verbose_name='所在地')),
                ('telephone', models.CharField(blank=True, max_length=20, verbose_name='電話番号')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='並び順')),
                ('opens_on_weekly_closed_holidays', models.BooleanField(default=False, help_text='休館の曜日に祝日が重なったとき、祝日の時間で開館する館だけ選びます。', verbose_name='休館の曜日でも祝日は開ける')),
            ],
            options={
                'verbose_name': '館',
                'verbose_name_plural': '館',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='PublicHoliday',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False, verbose_name='日')),
                ('name', models.CharField(max_length=40, verbose_name='名称')),
            ],
            options={
                'verbose_name': '祝日',
                'verbose_name_plural': '祝日',
                'ordering': ['day'],
            },
        ),
        migrations.CreateModel(
            name='VolumeSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='題名・著者・出版者・資料形態をそろえた形。同じものが一つの組になります。', max_length=1000, unique=True, verbose_name='見分け')),
            ],
            options={
                'verbose_name': '巻の組',
                'verbose_name_plural': '巻の組',
            },
        ),
        migrations.CreateModel(
            name='Contributor',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, verbose_name='名前')),
                ('reading', models.CharField(blank=True, max_length=300, verbose_name='読み')),
                ('romanised', models.CharField(blank=True, max_length=300, verbose_name='ローマ字')),
                ('other_names', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=200), blank=True, default=list, help_text='探すときに使う、別の名前とその読み。例: 夏目漱石(標目は夏目金之助)', size=None, verbose_name='別の名前')),
                ('kana', models.GeneratedField(db_persist=True, expression=catalog.models.headings.FilingKana('reading', 'name'), output_field=models.CharField(max_length=1), verbose_name='読みの頭文字')),
            ],
            options={
                'verbose_name': '著者・団体',
                'verbose_name_plural': '著者・団体',
                'indexes': [models.Index(fields=['kana', 'reading', 'id'], name='contributor_by_kana')],
                'constraints': [models.UniqueConstraint(fields=('name', 'reading'), name='contributor_once')],
            },
        ),
        migrations.CreateModel(
            name='Contribution',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.CharField(default='著', max_length=20, verbose_name='役割')),
                ('position', models.PositiveSmallIntegerField(verbose_name='順')),
                ('bib', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contributions', to='catalog.bib')),
                ('contributor', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='contributions', to='catalog.contributor', verbose_name='著者')),
            ],
            options={
                'verbose_name': '著者',
                'verbose_name_plural': '著者',
                'ordering': ['bib', 'position'],
            },
        ),
        migrations.AddField(
            model_name='bib',
            name='contributors',
            field=models.ManyToManyField(related_name='bibs', through='catalog.Contribution', to='catalog.contributor', verbose_name='著者'),
        ),
        migrations.CreateModel(
            name='Copy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('barcode', models.CharField(max_length=20, unique=True, verbose_name='資料番号')),
                ('call_number', models.CharField(blank=True, max_length=60, verbose_name='請求記号')),
                ('shelf', models.CharField(blank=True, max_length=30, verbose_name='配架場所')),
                ('lending', models.CharField(choices=[('lent', '貸出できます'), ('in_library', '館内でご覧ください'), ('newest_issue', '最新号(次の号が出るまで館内でご覧ください)')], default='lent', max_length=12, verbose_name='帯出区分')),
                ('whereabouts', models.CharField(choices=[('shelf', '在庫'), ('claimed', '取り寄せ準備中'), ('in_transit', '配送中'), ('hold_shelf', '予約取置中'), ('on_loan', '貸出中'), ('processing', '整理中'), ('on_order', '発注中'), ('repair', '修理中'), ('missing', '所在不明'), ('lost', '紛失'), ('withdrawn', '除籍')], default='shelf', max_length=10, verbose_name='状態')),
                ('hold_place', models.PositiveSmallIntegerField(blank=True, help_text='取置棚にあるあいだだけ付く番号です。', null=True, verbose_name='取置棚の番号')),
                ('sought_on', models.DateField(blank=True, help_text='次もなければ所在不明にします。', null=True, verbose_name='棚になかった日')),
                ('sent_at', models.DateTimeField(blank=True, null=True, verbose_name='送り出した日時')),
                ('supplements', models.CharField(blank=True, help_text='例: CD付き', max_length=60, verbose_name='付属資料')),
                ('accepted_on', models.DateField(blank=True, help_text='移行で入れた所蔵は空けておきます。', null=True, verbose_name='受入日')),
                ('times_lent', models.PositiveIntegerField(default=0, verbose_name='貸出回数')),
                ('lender', models.CharField(blank=True, db_default='', default='', help_text='ほかの図書館から借りた資料のとき、その図書館の名前を入れます。', max_length=60, verbose_name='借受先')),
                ('lender_due_on', models.DateField(blank=True, help_text='借受先が決めた日です。貸出の返却期限はこの日を越えません。延長もできません。', null=True, verbose_name='借受先への返却期限')),
                ('bib', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='catalog.bib', verbose_name='資料')),
                ('current_branch', models.ForeignKey(help_text='配送中は、行き先の館です。', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='いまある館')),
                ('home_branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copies', to='catalog.branch', verbose_name='所蔵館')),
                ('sent_from', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='送り出した館')),
            ],
            options={
                'verbose_name': '所蔵',
                'verbose_name_plural': '所蔵',
            },
        ),
        migrations.CreateModel(
            name='MergedBib',
            fields=[
                ('number', models.BigIntegerField(primary_key=True, serialize=False, verbose_name='もとの番号')),
                ('source', models.CharField(max_length=40, verbose_name='取込元')),
                ('source_key', models.CharField(max_length=100, verbose_name='取込元の番号')),
                ('merged_at', models.DateTimeField(verbose_name='まとめた日時')),
                ('bib', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merged_numbers', to='catalog.bib', verbose_name='まとめた先')),
            ],
            options={
                'db_table': 'catalog_formerbib',
                'verbose_name': 'まとめた資料',
                'verbose_name_plural': 'まとめた資料',
            },
        ),
        migrations.CreateModel(
            name='MaterialType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.SlugField(unique=True, verbose_name='略号')),
                ('name', models.CharField(max_length=20, verbose_name='名称')),
                ('medium', models.CharField(choices=[('print', '図書・雑誌・紙芝居'), ('audio', '録音資料'), ('video', '映像資料')], default='print', max_length=5, verbose_name='種別')),
                ('reservable_on_web', models.BooleanField(default=True, help_text='大型の資料のように窓口でだけ受け付けるものは外します。', verbose_name='ウェブで予約できる')),
                ('loan_days', models.PositiveSmallIntegerField(default=21, verbose_name='貸出日数')),
                ('loan_limit', models.PositiveSmallIntegerField(blank=True, help_text='同じ種別をあわせて一度に借りられる点数。限りがないときは空けておきます。', null=True, verbose_name='貸出点数の上限')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='並び順')),
            ],
            options={
                'verbose_name': '資料形態',
                'verbose_name_plural': '資料形態',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('loan_days__gte', 1)), name='material_type_is_lent_for_a_day_at_least')],
            },
        ),
        migrations.CreateModel(
            name='Happening',
            fields=[
                ('kind', models.CharField(choices=[('loan', '貸出'), ('reservation', '予約・取り寄せ'), ('registration', 'パスワードの登録'), ('visit', '来館(こども)')], max_length=12, verbose_name='種類')),
                ('month', models.DateField(help_text='その月の1日です。', verbose_name='月')),
                ('ndc', models.CharField(blank=True, help_text='NDCの類の数字です。', max_length=1, verbose_name='分類')),
                ('number', models.IntegerField(verbose_name='件数')),
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='館')),
                ('material_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.materialtype', verbose_name='資料形態')),
            ],
            options={
                'verbose_name': '集計前のできごと',
                'verbose_name_plural': '集計前のできごと',
            },
        ),
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('loan', '貸出'), ('reservation', '予約・取り寄せ'), ('registration', 'パスワードの登録'), ('visit', '来館(こども)')], max_length=12, verbose_name='種類')),
                ('month', models.DateField(help_text='その月の1日です。', verbose_name='月')),
                ('ndc', models.CharField(blank=True, help_text='NDCの類の数字です。', max_length=1, verbose_name='分類')),
                ('number', models.IntegerField(verbose_name='件数')),
                ('branch', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='館')),
                ('material_type', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.materialtype', verbose_name='資料形態')),
            ],
            options={
                'verbose_name': '統計',
                'verbose_name_plural': '統計',
            },
        ),
        migrations.AddField(
            model_name='bib',
            name='material_type',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bibs', to='catalog.materialtype', verbose_name='資料形態'),
        ),
        migrations.CreateModel(
            name='News',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=80, verbose_name='見出し')),
                ('text', models.TextField(help_text='空行で段落が分かれます。アドレスは自動でリンクになります。', validators=[django.core.validators.MaxLengthValidator(5000)], verbose_name='本文')),
                ('shows_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='出す最初の日')),
                ('shows_until', models.DateField(blank=True, help_text='空けておくと、出したままです。', null=True, verbose_name='出す最後の日')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='作成')),
            ],
            options={
                'verbose_name': 'お知らせ',
                'verbose_name_plural': 'お知らせ',
                'ordering': ['-shows_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('shows_until__isnull', True), ('shows_until__gte', models.F('shows_from')), _connector='OR'), name='news_ends_after_it_begins', violation_error_message='最後の日は、最初の日より後にしてください。')],
            },
        ),
        migrations.CreateModel(
            name='NthWeekdayClosing',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nth', models.PositiveSmallIntegerField(verbose_name='第何')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, '月曜日'), (1, '火曜日'), (2, '水曜日'), (3, '木曜日'), (4, '金曜日'), (5, '土曜日'), (6, '日曜日'), (7, '祝日')], verbose_name='曜日')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nth_weekday_closings', to='catalog.branch', verbose_name='館')),
            ],
            options={
                'verbose_name': '毎月の休館日',
                'verbose_name_plural': '毎月の休館日',
            },
        ),
        migrations.CreateModel(
            name='OpeningHours',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('weekday', models.PositiveSmallIntegerField(choices=[(0, '月曜日'), (1, '火曜日'), (2, '水曜日'), (3, '木曜日'), (4, '金曜日'), (5, '土曜日'), (6, '日曜日'), (7, '祝日')], verbose_name='曜日')),
                ('opens', models.TimeField(verbose_name='開館')),
                ('closes', models.TimeField(verbose_name='閉館')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='opening_hours', to='catalog.branch', verbose_name='館')),
            ],
            options={
                'verbose_name': '開館時間',
                'verbose_name_plural': '開館時間',
                'ordering': ['branch', 'weekday'],
            },
        ),
        migrations.CreateModel(
            name='ReadingList',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='漢字のあとに《》で読みを書くと、こどものページでふりがなになります。例: 夏休《なつやす》み', max_length=120, verbose_name='見出し')),
                ('text', models.TextField(blank=True, help_text='一行目は、一覧にも出ます。漢字のあとに《》で読みを書くと、こどものページでふりがなになります。例: 夏休《なつやす》み', validators=[django.core.validators.MaxLengthValidator(2000)], verbose_name='ひとこと')),
                ('audience', models.CharField(choices=[('adult', '一般'), ('young', 'ティーンズ'), ('child', '児童')], default='child', help_text='児童のリストは、こどものページに出ます。', max_length=5, verbose_name='対象')),
                ('on_home', models.BooleanField(default=False, verbose_name='ホームにも出す')),
                ('shows_from', models.DateField(default=django.utils.timezone.localdate, verbose_name='出す最初の日')),
                ('shows_until', models.DateField(blank=True, help_text='空けておくと、出したままです。', null=True, verbose_name='出す最後の日')),
            ],
            options={
                'verbose_name': 'おすすめのリスト',
                'verbose_name_plural': 'おすすめのリスト',
                'ordering': ['-shows_from', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(('shows_until__isnull', True), ('shows_until__gte', models.F('shows_from')), _connector='OR'), name='readinglist_ends_after_it_begins', violation_error_message='最後の日は、最初の日より後にしてください。')],
            },
        ),
        migrations.CreateModel(
            name='ReadingListEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='並び順')),
                ('comment', models.CharField(blank=True, help_text='漢字のあとに《》で読みを書くと、こどものページでふりがなになります。例: 夏休《なつやす》み', max_length=200, verbose_name='紹介')),
                ('bib', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='catalog.bib', verbose_name='資料')),
                ('list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entries', to='catalog.readinglist')),
            ],
            options={
                'verbose_name': 'リストの資料',
                'verbose_name_plural': 'リストの資料',
                'ordering': ['list', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=500, unique=True, verbose_name='シリーズ名')),
                ('reading', models.CharField(blank=True, max_length=500, verbose_name='読み')),
                ('kana', models.GeneratedField(db_persist=True, expression=catalog.models.headings.FilingKana('reading', 'title'), output_field=models.CharField(max_length=1), verbose_name='読みの頭文字')),
            ],
            options={
                'verbose_name': 'シリーズ',
                'verbose_name_plural': 'シリーズ',
                'indexes': [models.Index(fields=['kana', 'reading', 'id'], name='series_by_kana')],
            },
        ),
        migrations.AddField(
            model_name='bib',
            name='series',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bibs', to='catalog.series', verbose_name='シリーズ'),
        ),
        migrations.AddField(
            model_name='bib',
            name='volume_set',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='bibs', to='catalog.volumeset', verbose_name='巻の組'),
        ),
        migrations.CreateModel(
            name='BibStatus',
            fields=[
                ('bib', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='status', serialize=False, to='catalog.bib')),
                ('waiting', models.PositiveIntegerField(default=0, verbose_name='待っている予約')),
                ('circulating', models.PositiveIntegerField(default=0, verbose_name='貸出できる所蔵')),
                ('in_library_only', models.PositiveIntegerField(default=0, verbose_name='館内で見る所蔵')),
                ('on_order', models.PositiveIntegerField(db_default=0, default=0, verbose_name='発注中の所蔵')),
                ('free_at', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='館の番号。棚にある所蔵ひとつにつき一つ。', size=None, verbose_name='いま棚にある館')),
                ('times_lent', models.PositiveIntegerField(db_default=0, default=0, help_text='所蔵すべての貸出回数の合計。', verbose_name='貸出回数')),
                ('first_accepted_on', models.DateField(blank=True, help_text='最初の所蔵を受け入れた日(規則7.4)。移行で入った資料は空です。', null=True, verbose_name='はじめの受入日')),
            ],
            options={
                'verbose_name': '資料の状況',
                'verbose_name_plural': '資料の状況',
                'indexes': [models.Index(condition=models.Q(('times_lent__gt', 0)), fields=['-times_lent', '-bib'], name='status_most_lent_first'), models.Index(condition=models.Q(('first_accepted_on__isnull', False)), fields=['-first_accepted_on', '-bib'], name='status_newest_first'), models.Index(condition=models.Q(('waiting__gt', 0)), fields=['-waiting', '-bib'], name='status_most_wanted_first')],
            },
        ),
        migrations.CreateModel(
            name='CalendarException',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(verbose_name='日')),
                ('opens', models.TimeField(blank=True, help_text='休館の日は空けておきます。', null=True, verbose_name='開館')),
                ('closes', models.TimeField(blank=True, null=True, verbose_name='閉館')),
                ('reason', models.CharField(help_text='例: 特別整理日', max_length=60, verbose_name='わけ')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_exceptions', to='catalog.branch', verbose_name='館')),
            ],
            options={
                'verbose_name': '特別な日',
                'verbose_name_plural': '特別な日',
                'ordering': ['day'],
                'constraints': [models.UniqueConstraint(fields=('branch', 'day'), name='calendar_exception_once_per_day', violation_error_message='その日の特別な開館・休館はもう登録されています。'), models.CheckConstraint(condition=models.Q(models.Q(('closes__isnull', True), ('opens__isnull', True)), models.Q(('closes__gt', models.F('opens')), ('closes__isnull', False), ('opens__isnull', False)), _connector='OR'), name='calendar_exception_hours_both_or_neither', violation_error_message='開館と閉館は両方入れるか、両方空けてください。')],
            },
        ),
        migrations.AddIndex(
            model_name='contribution',
            index=models.Index(fields=['contributor', 'bib'], name='contribution_of_contributor'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.UniqueConstraint(fields=('bib', 'position'), name='contribution_place_once'),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('whereabouts__in', ['shelf', 'on_loan']), _negated=True), fields=['current_branch', 'whereabouts'], name='copy_off_the_shelf'),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(fields=['home_branch', 'shelf', 'call_number', 'id'], name='copy_in_shelf_order'),
        ),
        migrations.AddIndex(
            model_name='copy',
            index=models.Index(condition=models.Q(('lender', ''), _negated=True), fields=['lender_due_on'], name='copy_borrowed'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.UniqueConstraint(condition=models.Q(('whereabouts', 'hold_shelf')), fields=('current_branch', 'hold_place'), name='copy_one_at_a_hold_place'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lending', 'in_library'), _negated=True), models.Q(('whereabouts__in', ['claimed', 'hold_shelf', 'on_loan']), _negated=True), _connector='OR'), name='copy_for_the_library_stays_in_the_library', violation_error_message='館内でご覧いただく所蔵は、貸出や取置の状態にできません。'),
        ),
        migrations.AddConstraint(
            model_name='copy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lender', ''), ('lender_due_on__isnull', True)), models.Q(models.Q(('lender', ''), _negated=True), ('lender_due_on__isnull', False)), _connector='OR'), name='copy_lender_and_day_together', violation_error_message='借受先とその返却期限は、両方入れるか、両方空けてください。'),
        ),
        migrations.AddConstraint(
            model_name='mergedbib',
            constraint=models.UniqueConstraint(fields=('source', 'source_key'), name='former_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='mergedbib',
            constraint=models.CheckConstraint(condition=models.Q(('number', models.F('bib')), _negated=True), name='former_is_another'),
        ),
        migrations.AddConstraint(
            model_name='happening',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='happening_knows_no_day'),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(fields=('kind', 'month', 'branch', 'material_type', 'ndc'), name='figure_one_for_each_cell', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.CheckConstraint(condition=models.Q(('month__day', 1)), name='figure_is_of_a_whole_month'),
        ),
        migrations.AddConstraint(
            model_name='nthweekdayclosing',
            constraint=models.UniqueConstraint(fields=('branch', 'nth', 'weekday'), name='nth_weekday_closing_once'),
        ),
        migrations.AddConstraint(
            model_name='nthweekdayclosing',
            constraint=models.CheckConstraint(condition=models.Q(('nth__gte', 1), ('nth__lte', 5), ('weekday__lte', 6)), name='nth_weekday_closing_is_a_day_of_the_month', violation_error_message='第1から第5までの曜日を選んでください。'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.UniqueConstraint(fields=('branch', 'weekday'), name='opening_hours_once_per_weekday', violation_error_message='その曜日の開館時間はもう登録されています。'),
        ),
        migrations.AddConstraint(
            model_name='openinghours',
            constraint=models.CheckConstraint(condition=models.Q(('closes__gt', models.F('opens'))), name='opening_hours_close_after_opening', violation_error_message='閉館は開館より後の時刻にしてください。'),
        ),
        migrations.AddConstraint(
            model_name='readinglistentry',
            constraint=models.UniqueConstraint(fields=('list', 'bib'), name='reading_list_names_a_bib_once', violation_error_message='その資料は、もうこのリストにあります。'),
        ),
        migrations.AddIndex(
            model_name='bib',
            index=models.Index(fields=['ndc'], name='bib_by_class'),
        ),
        migrations.AddIndex(
            model_name='bib',
            index=models.Index(condition=models.Q(('hidden', True)), fields=['id'], name='bib_hidden'),
        ),
        migrations.AddConstraint(
            model_name='bib',
            constraint=models.UniqueConstraint(fields=('source', 'source_key'), name='bib_once_per_source'),
        ),
        migrations.AddConstraint(
            model_name='bib',
            constraint=models.CheckConstraint(condition=models.Q(('volume_set__isnull', True), ('volume_order__isnull', False), _connector='OR'), name='bib_in_a_set_has_a_place', violation_error_message='巻の組に入れる資料には、巻の順が要ります。'),
        ),
    ]
