"""The tables of the software, as far as the floor reads them."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class Person(AbstractBaseUser):
    username = models.CharField(max_length=150, unique=True)
    display_name = models.CharField(max_length=80)
    is_active = models.BooleanField()

    objects = BaseUserManager()
    USERNAME_FIELD = "username"

    class Meta:
        managed = False
        db_table = "core_user"

    def __str__(self):
        return self.username


class Token(models.Model):
    digest = models.CharField(max_length=128, primary_key=True)
    user = models.ForeignKey(Person, models.CASCADE)

    class Meta:
        managed = False
        db_table = "core_apitoken"

    def __str__(self):
        return self.digest


class File(models.Model):
    id = models.UUIDField(primary_key=True)
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=120)
    city = models.CharField(max_length=80)
    stage = models.CharField(max_length=12)
    level = models.CharField(max_length=5)
    verdict = models.CharField(max_length=8)
    owner = models.ForeignKey(Person, models.PROTECT, null=True)
    last_touch_at = models.DateTimeField(null=True)
    next_due = models.DateField(null=True)
    own_followers = models.BigIntegerField(null=True)
    bond = models.PositiveSmallIntegerField(null=True)
    risk = models.PositiveSmallIntegerField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "profiles_kol"

    def __str__(self):
        return self.name
