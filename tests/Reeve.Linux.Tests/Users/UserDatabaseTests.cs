using Reeve.Linux.Users;

namespace Reeve.Linux.Tests.Users;

public class UserDatabaseTests
{
    [Fact]
    public void Root_is_found_by_name_and_by_id()
    {
        var root = new User(0, "root", 0, "/root", UserDatabase.Find("root")!.Shell);
        Assert.Equal(root, UserDatabase.Find("root"));
        Assert.Equal(root, UserDatabase.Find("0"));
        Assert.Equal(root, UserDatabase.Find(0));
        Assert.Equal(new UserGroup(0, "root"), UserDatabase.FindGroup("root"));
        Assert.Equal(new UserGroup(0, "root"), UserDatabase.FindGroup("0"));
    }

    [Theory]
    [InlineData("nobody at all")]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData(" 0")]
    [InlineData("99999999999999")]
    [InlineData("1234567890")]
    [InlineData("root\0x")]
    public void Who_does_not_exist_is_not_found(string name)
    {
        Assert.Null(UserDatabase.Find(name));
        Assert.Null(UserDatabase.FindGroup(name));
    }

    [Fact]
    public void Groups_of_a_user_hold_the_primary_one_and_what_the_system_says()
    {
        foreach (var name in File.ReadAllLines("/etc/passwd").Select(l => l.Split(':')[0]))
        {
            var user = UserDatabase.Find(name)!;
            var expected = Child.Output(Child.Shell("id -G \"$1\"", name)).Trim().Split(' ').Select(int.Parse);
            Assert.Equal(expected.Order(), UserDatabase.GroupsOf(user).Distinct().Order());
            Assert.Contains(user.GroupId, UserDatabase.GroupsOf(user));
        }
    }

    [Fact]
    public void A_process_knows_who_it_is()
    {
        Assert.Equal(Child.Output(Child.Shell("id -u")).Trim(), Privileges.EffectiveUserId.ToString());
        Assert.Equal(Child.Output(Child.Shell("id -ru")).Trim(), Privileges.UserId.ToString());
        Assert.Equal(Child.Output(Child.Shell("id -g")).Trim(), Privileges.EffectiveGroupId.ToString());
    }
}
