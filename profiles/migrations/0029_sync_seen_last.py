"""Nothing but a reason for ``migrate`` to write the triggers of the feed anew: they tell of files that left
sight while they were in the trash."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("profiles", "0028_yearly_days")]
    operations = []
