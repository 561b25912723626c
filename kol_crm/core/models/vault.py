"""The data key of each person, wrapped by a key that is kept outside the database."""

from django.db import models


class DataKey(models.Model):
    """Destroying this row makes everything sealed for the subject unreadable (RELIABILITY 5)."""

    subject = models.UUIDField(primary_key=True)
    kek = models.CharField(max_length=20)
    wrapped = models.BinaryField()

    def __str__(self):
        return str(self.subject)
