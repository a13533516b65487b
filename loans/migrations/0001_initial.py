import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('catalog', '0001_initial'),
        ('patrons', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoryDeletion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('patron_number', models.BigIntegerField(verbose_name='利用者の行')),
                ('entry_number', models.BigIntegerField(null=True, verbose_name='履歴の行')),
                ('withdrew', models.BooleanField(default=False, verbose_name='同意を取り消した')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='日時')),
            ],
            options={
                'verbose_name': '消した読書履歴',
                'verbose_name_plural': '消した読書履歴',
                'constraints': [models.CheckConstraint(condition=models.Q(('withdrew', False), ('entry_number__isnull', True), _connector='OR'), name='history_deletion_withdrawn_is_of_everything')],
            },
        ),
        migrations.CreateModel(
            name='HistoryEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.TextField(verbose_name='題名')),
                ('authors', models.TextField(blank=True, verbose_name='著者')),
                ('folded', models.TextField(verbose_name='探すためのつづり')),
                ('lent_on', models.DateField(verbose_name='借りた日')),
                ('written_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='記録した日時')),
                ('bib', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.bib')),
                ('patron', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='history', to='patrons.patron')),
            ],
            options={
                'verbose_name': '読書履歴',
                'verbose_name_plural': '読書履歴',
                'ordering': ['-lent_on', '-id'],
                'indexes': [models.Index(fields=['patron', '-lent_on', '-id'], name='history_of_a_patron')],
            },
        ),
        migrations.CreateModel(
            name='Loan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lent_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='貸出日時')),
                ('due_on', models.DateField(verbose_name='返却期限')),
                ('renewals', models.PositiveSmallIntegerField(default=0, verbose_name='延長回数')),
                ('returned_at', models.DateTimeField(blank=True, null=True, verbose_name='返却日時')),
                ('branch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='catalog.branch', verbose_name='貸出館')),
                ('copy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='catalog.copy', verbose_name='所蔵')),
                ('patron', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='loans', to='patrons.patron', verbose_name='利用者')),
            ],
            options={
                'verbose_name': '貸出',
                'verbose_name_plural': '貸出',
                'indexes': [models.Index(condition=models.Q(('returned_at', None)), fields=['due_on'], name='loan_open_by_due_day')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('returned_at__isnull', True)), fields=('copy',), name='loan_one_open_per_copy'), models.CheckConstraint(condition=models.Q(('returned_at__isnull', True), ('returned_at__gte', models.F('lent_at')), _connector='OR'), name='loan_returned_after_lent'), models.CheckConstraint(condition=models.Q(('renewals__lte', 1)), name='loan_renewed_once_at_most'), models.CheckConstraint(condition=models.Q(('returned_at__isnull', False), ('patron__isnull', False), _connector='OR'), name='loan_open_has_a_patron'), models.CheckConstraint(condition=models.Q(('returned_at__isnull', True), ('patron__isnull', True), _connector='OR'), name='loan_returned_has_no_patron')],
            },
        ),
    ]
